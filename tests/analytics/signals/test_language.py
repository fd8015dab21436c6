"""Language, its confidence and script: texts worked by hand, the user's model, declared languages."""

import math
from collections import Counter

import numpy as np
import pytest
from classifiers import GOOD, trained
from corpora import literal_corpus
from measuring import measured, texts_of
from terminal import assay

from analytics.runs import measure
from analytics.scripts import scripts
from analytics.signals.language import identify
from indexes.corpus import open_corpus

SENTENCES = {
    "en": "The committee will meet again next week to discuss the results of the survey.",
    "de": "Der Ausschuss trifft sich nächste Woche wieder, um die Ergebnisse zu besprechen.",
    "fr": "Le comité se réunira de nouveau la semaine prochaine pour en discuter les résultats.",
    "ru": "Комитет снова соберётся на следующей неделе, чтобы обсудить результаты опроса.",
    "he": "הוועדה תיפגש שוב בשבוע הבא כדי לדון בתוצאות הסקר שנערך לאחרונה בארץ.",
    "zh": "委员会下周将再次开会讨论调查的结果，并决定下一步的工作计划。",
    "el": "Η επιτροπή θα συνεδριάσει ξανά την επόμενη εβδομάδα για να συζητήσει τα αποτελέσματα.",
}


@pytest.mark.parametrize("code", SENTENCES)
def test_a_plain_sentence_is_told_with_confidence(code):
    assert measured("language_detected", SENTENCES[code]) == code
    assert measured("language_confidence", SENTENCES[code]) > 0.9


@pytest.mark.parametrize("text", ["", " \n", "x", "12345 67890", "#### ---- ....", "\0\x01"])
def test_what_cannot_be_told_is_null(text):
    assert measured("language_detected", text) is None
    assert math.isnan(measured("language_confidence", text))


def test_traditional_chinese_is_chinese():
    assert (
        measured("language_detected", "委員會下週將再次開會討論調查的結果，並決定下一步的工作計劃。") == "zh"
    )


def test_characters_that_the_library_refuses_are_looked_past():
    text = "\x01\x7f\ufffe\U0010ffff".join(SENTENCES["de"].split(" "))
    assert measured("language_detected", text) == "de"


def test_only_the_first_thousand_characters_are_looked_at():
    german = SENTENCES["de"] * 20
    assert measured("language_detected", german[:1_000] + SENTENCES["fr"] * 100) == "de"
    assert measured("language_detected", "ä" * 1_000 + german) is None


def test_half_a_text_is_half_as_sure():
    codes, sure = identify([SENTENCES["en"] * 5, SENTENCES["en"] * 3 + SENTENCES["ru"] * 2, None])
    assert codes.tolist()[::2] == ["en", None]
    assert sure[0] > 0.95
    assert sure[1] < 0.7
    assert math.isnan(sure[2])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Straße, naïve", "Latin"),
        ("Ελληνικά abc", "Greek"),
        ("中文 abc", "Latin"),
        ("中文中文 abc", "Han"),
        ("ひらがな カナ", "Hiragana"),
        ("한국어", "Hangul"),
        ("ᐃᓄᒃᑎᑐᑦ", "Canadian_Aboriginal"),
        ("𓀀𓀁", "Egyptian_Hieroglyphs"),
        ("々", "Han"),
        ("ab αβ", "Latin"),  # of equals the first in Unicode's order
        ("µ 123 !", None),  # the micro sign belongs to no script
        ("", None),
    ],
)
def test_the_script_is_that_of_most_letters(text, expected):
    assert measured("script", text) == expected


def test_every_letter_has_the_script_that_unicode_gives_it():
    import regex

    table, names = scripts()
    assert len(set(names)) == len(names)
    assert {"Latin", "Cyrillic", "Arabic", "Han", "Thai", "Adlam"} < set(names)
    for number in (1, 5, 60, len(names) - 1):
        points = np.flatnonzero(table == number)
        assert all(regex.match(rf"\p{{Script={names[number]}}}", chr(point)) for point in points)
    unnamed = [chr(point) for point in np.flatnonzero(table == 0) if chr(point).isalpha()]
    assert all(regex.match(r"[\p{Script=Common}\p{Script=Inherited}]", letter) for letter in unnamed)


def test_the_column_is_decided_on_as_text(tmp_path):
    corpus = literal_corpus(tmp_path / "w", [{"text": text} for text in [*SENTENCES.values(), ""]], rows=3)
    measure(corpus.root, ["language"], workers=1)
    recipe = tmp_path / "english.toml"
    recipe.write_text(
        'label = "English"\nsource = "this test"\n'
        '[[rule]]\nreason = "not_english"\ncolumn = "language_detected"\nop = "=="\nlimit = "en"\n'
        '[[rule]]\nreason = "unsure"\ncolumn = "language_confidence"\nop = ">="\nlimit = 0.65\n'
        '[[rule]]\nreason = "script"\ncolumn = "script"\nop = "in"\nlimit = ["Latin", "Greek"]\n'
    )
    said = assay("preview", corpus.root, recipe)
    assert said.code == 0, said
    assert said.answer["documents"] == {"kept": 1, "total": 8}
    fails = [step["fails"]["documents"] for step in said.answer["steps"]]
    assert fails[0] == 7
    column = open_corpus(corpus.root).columns["language_detected"]
    assert column.type == "text"


def test_a_users_model_tells_the_language_and_stands_in_the_lineage(tmp_path):
    corpus = literal_corpus(tmp_path / "w", [{"text": " ".join(GOOD)}, {"text": ""}, {"text": "x\0y"}])
    measure(corpus.root, ["language"], workers=1)
    model = trained(tmp_path)
    said = assay("measure", corpus.root, "language", "--model", f"language={model}", "--workers", "1")
    assert said.code == 0, said
    columns = open_corpus(corpus.root).columns
    parameters = columns["language_detected"].lineage["parameters"]
    assert parameters["model"]["file"] == "language.bin"
    assert len(parameters["model"]["sha256"]) == 64
    codes, sure = identify([" ".join(GOOD)], model)
    assert codes.tolist() == ["hq"]
    assert 0.5 < sure[0] <= 1


@pytest.mark.parametrize("name", ["language", "tongue"])
def test_a_file_that_is_no_model_is_a_sentence(tmp_path, name):
    corpus = literal_corpus(tmp_path / "w", [{"text": "one"}])
    broken = tmp_path / "broken.bin"
    broken.write_bytes(b"no model")
    said = assay("measure", corpus.root, "language", "--model", f"{name}={broken}")
    assert said.code != 0
    assert (str(broken) if name == "language" else "tongue") in said.answer["error"]
    assert not (corpus.root / "models").exists()


def test_agrees_with_what_documents_declare(assay_data):
    import pyarrow.parquet as pq

    agreed, asked = Counter(), Counter()
    for path in sorted((assay_data / "corpus").glob("*.parquet"))[:4]:
        shard = pq.read_table(path, columns=["text", "language"])
        rows = [
            (text, language.split("-")[0])
            for text, language in zip(
                *(shard[name].to_pylist() for name in ("text", "language")), strict=True
            )
            if language in ("en", "en-US", "de", "fr", "zh", "ko", "ru")
        ]
        codes, _ = identify([text[:1_000] for text, _ in rows])
        for code, (_, language) in zip(codes, rows, strict=True):
            asked[language] += 1
            agreed[language] += code == language
    assert asked["en"] > 1_000
    for language, n in asked.items():
        assert agreed[language] >= 0.9 * n, (language, agreed[language], n)


def test_texts_of_a_batch_are_told_one_by_one():
    texts = texts_of(list(SENTENCES.values()))
    codes, _ = identify(list(SENTENCES.values()))
    from analytics.signals.language import language

    assert language(texts).tolist() == codes.tolist() == list(SENTENCES)
