"""Git in JupyterLab's terminal: it is there without the parts of it that are left out."""

from pathlib import Path

from host.conftest import Stack

# A server of Git's smart HTTP protocol, with a certificate of its own, for one repository:
# https://git-scm.com/docs/http-protocol
SERVER = (Path(__file__).parent / "git_server.py").read_text()
DAY = """
cd "$(mktemp -d)"
export GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@b GIT_COMMITTER_NAME=a GIT_COMMITTER_EMAIL=a@b GIT_PAGER=cat
export GIT_CONFIG_GLOBAL=$PWD/config GIT_SSL_CAINFO=$PWD/certificate.pem
git config --global init.defaultBranch main
openssl req -x509 -newkey rsa:2048 -nodes -keyout key.pem -out certificate.pem -days 1 \\
    -subj /CN=localhost -addext subjectAltName=DNS:localhost 2>/dev/null
git init --quiet --bare there.git
mkfifo port
python -c "$SERVER" there.git certificate.pem key.pem >port &
trap "kill $!" EXIT
address=https://localhost:$(head -n 1 port)

git clone --quiet $address here 2>/dev/null
cd here
printf 'a\\nb\\nc\\n' >words
git add words
git commit --quiet --message first
git push --quiet origin main
git switch --quiet --create other
echo other >words
git commit --quiet --all --message second
git switch --quiet main
echo main >words
git diff --stat
git commit --quiet --all --message third
# A driver merges what would be a conflict.
git config merge.both.driver "cat %B >>%A"
echo "words merge=both" >.git/info/attributes
git merge --quiet --no-edit other
git stash list
git rebase --quiet main
git log --format=%s --max-count=1 --grep=third
git status --short --branch
git push --quiet origin main
git clone --quiet $address ../again
cat ../again/words
git submodule --quiet add $address sub
git status --short
"""


def test_a_day_of_work_with_a_remote_over_https(running_stack: Stack) -> None:
    printed = running_stack.compose(
        "exec", "--no-TTY", "--env", f"SERVER={SERVER}", "notebooks", "as-owner", "sh", "-euc", DAY
    )

    assert printed.splitlines() == [
        "words | 4 +---",
        " 1 file changed, 1 insertion(+), 3 deletions(-)",
        "Auto-merging words",
        "third",
        "## main...origin/main [ahead 3]",
        "main",
        "other",
        "A  .gitmodules",
        "A  sub",
    ]
