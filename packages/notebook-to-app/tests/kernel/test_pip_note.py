"""``%pip install`` says what it is for."""

from notebook_support.kernel import StartKernel


def test_an_installation_is_said_to_be_of_the_notebooks_alone(start_kernel: StartKernel) -> None:
    kernel = start_kernel()

    assert "This is for the notebooks of this container alone" in kernel.run("%pip install --help").text
    assert "This is for the notebooks of this container alone" not in kernel.run("%pip --version").text
