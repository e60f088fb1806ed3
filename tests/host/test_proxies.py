"""What services say to each other goes to no proxy, nor does what a person has excepted."""

from host.conftest import Stack

SERVICES = "localhost,127.0.0.1,worker-node,notebooks,production"


def test_names_of_services_are_added_to_ones_own(stack: Stack) -> None:
    stack.compose("build", "worker-node")

    def excepted(*given: str) -> list[str]:
        variables = [part for variable in given for part in ("--env", variable)]
        show = ("worker-node", "sh", "-c", "echo $NO_PROXY $no_proxy")
        return stack.compose("run", "--rm", "--no-deps", "--no-TTY", *variables, *show).split()

    assert excepted() == [SERVICES] * 2
    assert excepted("NO_PROXY=intranet.example,10.0.0.0/8") == [f"intranet.example,10.0.0.0/8,{SERVICES}"] * 2
    assert excepted("NO_PROXY=a.example", "no_proxy=a.example,b.example") == [f"a.example,b.example,{SERVICES}"] * 2
