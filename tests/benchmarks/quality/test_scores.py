from benchmarks.quality.scores import Key, append, digest, key, known, read


def score(seed=0, engine="abc", **other):
    return {
        "spec": {"method": "dec"},
        "dataset": "mnist",
        "seed": seed,
        "engine": engine,
        "ended": "1",
    } | other


def test_a_digest_knows_values_and_not_their_order():
    assert digest({"a": 1, "b": 2}) == digest({"b": 2, "a": 1}) != digest({"a": 1, "b": 3})


def test_what_is_appended_is_read_again_by_its_key(tmp_path):
    path = tmp_path / "new" / "scores.jsonl"
    assert read(path) == {}
    for seed in range(3):
        append(path, score(seed, acc=seed))
    assert read(path)[Key(digest({"method": "dec"}), "mnist", 2, "abc")]["acc"] == 2


def test_a_line_cut_short_costs_one_fit_only(tmp_path):
    path = tmp_path / "scores.jsonl"
    append(path, score(0))
    with path.open("a") as file:
        file.write('{"spec": {"met')
    assert list(read(path)) == [key(score(0))]


def test_a_score_after_a_line_cut_short_is_not_lost(tmp_path):
    path = tmp_path / "scores.jsonl"
    append(path, score(0))
    with path.open("a") as file:
        file.write('{"spec": {"met')
    append(path, score(1))
    assert list(read(path)) == [key(score(0)), key(score(1))]


def test_another_engine_counts_only_where_that_is_allowed():
    old, newer = score(engine="old", ended="1"), score(engine="newer", ended="2")
    found = {key(each): each for each in (newer, old)}
    wanted = key(score(engine="now"))
    assert known(found, wanted, any_engine=False) is None
    assert known(found, wanted, any_engine=True) is newer
    assert known(found, key(old), any_engine=True) is old
