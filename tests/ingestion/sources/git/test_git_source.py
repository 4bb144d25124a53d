"""Real repositories, made and changed with the git program while they are read again and again."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from ingestion.sources.git.command import Git, problem
from storage.errors import InvalidInput, Permanent, Transient
from tests.ingestion.sources.git.conftest import NOW, Reading, Repository, day, ids


def test_files_come_with_their_authors_and_the_dates_of_their_history(
    repository: Repository, read: Reading
) -> None:
    repository.commit("Ann", "2025-01-02T00:00:00Z", leave="# Leave\n", docs__travel="# Travel\n")
    repository.commit("Bo", "2026-03-04T00:00:00Z", leave="# Leave\n\nRevised.\n")
    travel, leave = read().files
    assert (leave.document_id, leave.created, leave.modified) == (
        "leave.md",
        day("2025-01-02"),
        day("2026-03-04"),
    )
    assert (leave.author, leave.dated, leave.path.read_text()) == ("Bo", True, "# Leave\n\nRevised.\n")
    assert (travel.document_id, travel.created, travel.modified) == (
        "docs/travel.md",
        day("2025-01-02"),
        day("2025-01-02"),
    )


def test_only_objects_that_are_new_are_read(repository: Repository, read: Reading, tmp_path: Path) -> None:
    repository.commit("Ann", "2025-01-02T00:00:00Z", a="# A\n", b="# B\n")
    first = read()
    touched = {file.document_id: file.path.stat().st_mtime_ns for file in first.files}
    repository.commit("Ann", "2025-01-03T00:00:00Z", a="# A2\n", c="# C\n", b=None)
    second = read()
    assert ids(second) == ["a.md", "c.md"]
    assert second.files[0].path.read_text() == "# A2\n"
    repository.commit("Ann", "2025-01-04T00:00:00Z", d="# D\n")
    third = read()
    assert third.files[0].path.stat().st_mtime_ns == second.files[0].path.stat().st_mtime_ns
    assert touched.keys() == {"a.md", "b.md"}
    assert len(list((tmp_path / "mirror" / "contents").glob("*/*"))) == 5  # two were let go just now


def test_a_branch_and_a_folder_of_it(repository: Repository, read: Reading) -> None:
    repository.commit("Ann", "2025-01-02T00:00:00Z", docs__a="# A\n", docs2__b="# B\n", top="# Top\n")
    repository.git("checkout", "--quiet", "-b", "release/2026")
    repository.commit("Ann", "2025-02-02T00:00:00Z", docs__de__c="# C\n")
    repository.git("checkout", "--quiet", "main")
    assert ids(read()) == ["docs/a.md", "docs2/b.md", "top.md"]
    assert ids(read(branch="release/2026", folder="docs")) == ["a.md", "de/c.md"]
    with pytest.raises(Permanent, match="couldn't find remote ref"):
        read(branch="none")
    with pytest.raises(InvalidInput, match="holds no files there"):
        read(folder="none")
    assert ids(read(folder="docs/de", branch="release/2026")) == ["c.md"]


def test_a_history_that_was_rewritten_is_followed(repository: Repository, read: Reading) -> None:
    repository.commit("Ann", "2025-01-02T00:00:00Z", a="# A\n")
    repository.commit("Ann", "2025-01-03T00:00:00Z", b="# B\n")
    assert ids(read()) == ["a.md", "b.md"]
    repository.git("reset", "--quiet", "--hard", "HEAD~1")
    repository.commit("Ann", "2025-01-04T00:00:00Z", c="# C\n")
    assert ids(read()) == ["a.md", "c.md"]


def test_a_merge_keeps_the_dates_of_both_sides(repository: Repository, read: Reading) -> None:
    repository.commit("Ann", "2025-01-01T00:00:00Z", a="# A\n", b="# B\n")
    repository.git("checkout", "--quiet", "-b", "side")
    repository.commit("Bo", "2025-03-01T00:00:00Z", b="# B2\n")
    repository.git("checkout", "--quiet", "main")
    repository.commit("Ann", "2025-02-01T00:00:00Z", a="# A2\n")
    repository.git("merge", "--quiet", "--no-edit", "side")
    a, b = read().files
    assert (a.modified, a.author, b.modified, b.author) == (day("2025-02-01"), "Ann", day("2025-03-01"), "Bo")


def test_a_date_that_lies_ahead_counts_as_now(repository: Repository, read: Reading) -> None:
    repository.commit("Ann", "2035-01-02T00:00:00Z", a="# A\n")
    assert read().files[0].modified == NOW


def test_links_submodules_and_hidden_files_are_left_out(
    repository: Repository, read: Reading, tmp_path: Path
) -> None:
    (tmp_path / "secret.md").write_text("# Secret\n")
    (repository.place / "out.md").symlink_to(tmp_path / "secret.md")
    (repository.place / "in.md").symlink_to("a.md")
    (repository.place / "etc").symlink_to("/etc")
    other = Repository(tmp_path / "other")
    other.place.mkdir()
    other.git("init", "--quiet")
    other.commit("Ann", "2025-01-01T00:00:00Z", inside="# Inside\n")
    repository.git("submodule", "--quiet", "add", other.url, "sub")
    repository.commit("Ann", "2025-01-02T00:00:00Z", a="# A\n", **{".github__x": "# X\n"})
    listing = read()
    assert ids(listing) == ["a.md"]
    assert [(entry.document_id, entry.reason) for entry in listing.skipped] == [
        (name, "It is a symbolic link.") for name in ("etc", "in.md", "out.md")
    ]


def test_names_that_no_file_system_takes_are_taken(repository: Repository, read: Reading) -> None:
    """Written as objects: no checkout would make these files."""
    repository.commit("Ann", "2025-01-02T00:00:00Z", a="# A\n")
    blob = repository.git("hash-object", "-w", "a.md")
    names = [b"README.md", b"readme.md", b"caf\xe9.md", b"-rf.md", b"line\nbreak.md", b"a:b.md"]
    entries = b"".join(b"100644 blob %s\t%s\0" % (blob.encode(), name) for name in names)
    tree = subprocess.run(
        ["git", "mktree", "-z"], cwd=repository.place, input=entries, check=True, capture_output=True
    ).stdout.decode()
    commit = repository.git("commit-tree", tree.strip(), "-m", "Odd names")
    repository.git("update-ref", "refs/heads/main", commit)
    assert set(ids(read())) == {
        "README.md",
        "readme.md",
        "caf\\xe9.md",
        "-rf.md",
        "line%0Abreak.md",
        "a:b.md",
    }


def test_nothing_that_a_repository_brings_is_run(
    repository: Repository, read: Reading, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mark = tmp_path / "ran"
    hooks = tmp_path / "hooks"
    hooks.mkdir()
    for name in ("post-checkout", "reference-transaction", "post-merge", "pre-auto-gc"):
        (hooks / name).write_text(f"#!/bin/sh\ntouch {mark}\n")
        (hooks / name).chmod(0o755)
    settings = tmp_path / "gitconfig"
    settings.write_text(f'[core]\n\thooksPath = {hooks}\n[filter "x"]\n\tsmudge = touch {mark}\n\trequired\n')
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(settings))
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "misled"))
    (repository.place / ".gitattributes").write_text("*.md filter=x\n")
    repository.commit("Ann", "2025-01-02T00:00:00Z", a="# A\n")
    assert ids(read()) == ["a.md"]
    assert not mark.exists()


def test_protocols_that_are_not_allowed_are_not_tried(repository: Repository, read: Reading) -> None:
    with pytest.raises(InvalidInput, match=r"over file are not allowed.*GIT_PROTOCOLS"):
        read(protocols=frozenset(("https", "ssh")))
    with pytest.raises(InvalidInput, match="over git are not allowed"):
        read(url="git://127.0.0.1/x.git")
    with pytest.raises(InvalidInput, match="private address"):
        read(url="https://127.0.0.1/x.git", protocols=frozenset(("https",)))


def test_what_cannot_be_fetched_removes_nothing(repository: Repository, read: Reading) -> None:
    repository.commit("Ann", "2025-01-02T00:00:00Z", a="# A\n")
    before = read()
    repository.place.rename(repository.place.with_name("moved"))
    with pytest.raises(Permanent, match="git ls-remote failed"):
        read()
    with pytest.raises(Permanent, match="git fetch failed"):
        read(branch="main")
    repository.place.with_name("moved").rename(repository.place)
    assert read() == before


def test_a_copy_that_a_kill_left_half_made_is_mended(
    repository: Repository, read: Reading, tmp_path: Path
) -> None:
    repository.commit("Ann", "2025-01-02T00:00:00Z", a="# A\n")
    half = tmp_path / "mirror" / "repository.git"
    half.mkdir(parents=True)
    (half / "HEAD").write_text("ref: refs/hea")
    assert ids(read()) == ["a.md"]
    for lock in ("HEAD.lock", "shallow.lock", "config.lock", "packed-refs.lock"):
        (half / lock).write_text("")
    reference = half / "refs" / "source" / "fetched.lock"
    reference.write_text("")
    repository.commit("Ann", "2025-01-03T00:00:00Z", b="# B\n")
    assert ids(read()) == ["a.md", "b.md"]


def test_another_address_begins_anew(repository: Repository, read: Reading, tmp_path: Path) -> None:
    repository.commit("Ann", "2025-01-02T00:00:00Z", a="# A\n")
    read()
    other = Repository(tmp_path / "other")
    other.place.mkdir()
    other.git("init", "--quiet", "--initial-branch=trunk")
    other.commit("Ann", "2025-01-01T00:00:00Z", b="# B\n")
    assert ids(read(url=other.url)) == ["b.md"]


def test_a_file_beyond_the_bound_is_named(repository: Repository, read: Reading) -> None:
    repository.commit("Ann", "2025-01-02T00:00:00Z", a="# A\n", big="x" * 20_000)
    listing = read()
    assert ids(listing) == ["a.md"]
    assert [(entry.document_id, "10,000 bytes" in entry.reason) for entry in listing.skipped] == [
        ("big.md", True)
    ]


def test_a_file_can_be_opened_where_people_read_it(repository: Repository, read: Reading) -> None:
    repository.commit("Ann", "2025-01-02T00:00:00Z", **{"docs__a b": "# A\n"})
    listing = read(link="https://git.example.com/acme/{branch}/{path}", folder="docs")
    assert listing.files[0].url == "https://git.example.com/acme/main/docs/a%20b.md"
    assert read().files[0].url is None


def test_git_that_hangs_is_ended_with_all_that_it_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_SSH_COMMAND", f"sh -c 'echo $$ > {tmp_path}/pid; exec sleep 600' x")
    git = Git(tmp_path / "r.git", ["ssh"], 1.0)
    git.run("init", "--bare", "--quiet")
    with pytest.raises(Transient, match="git ls-remote took longer than 1 s"):
        git.run("ls-remote", "--", "ssh://example.invalid/x.git")
    pid = int((tmp_path / "pid").read_text())
    with pytest.raises(ProcessLookupError):
        _wait_for_end(pid)


def _wait_for_end(pid: int) -> None:
    """Raises ProcessLookupError as soon as the process has ended; a zombie has."""
    while True:
        os.kill(pid, 0)
        if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z":
            raise ProcessLookupError


def test_what_git_says_is_told_without_passwords() -> None:
    said = b"hint: x\nfatal: Authentication failed for 'https://ann:secret@example.com/x.git/'\n"
    told = problem(["fetch"], said)
    assert isinstance(told, Permanent)
    assert str(told).startswith(
        "git fetch failed: fatal: Authentication failed for 'https://example.com/x.git/'"
    )
    assert isinstance(problem(["fetch"], b"fatal: unable to access: Connection reset"), Transient)
