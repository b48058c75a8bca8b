"""Facts of integrity: what observations come to, and that honest people get no strong one."""

from tests.attempts.honest_sessions import HONEST_SESSIONS, another_voice, camera, faces, hidden, network, pasted
from tests.folding import folded
from vivavoce.attempts.integrity import (
    ERROR_RATES,
    MOST_MOMENTS,
    ErrorRate,
    FactKind,
    FactStrength,
    Observation,
    find_facts,
    is_virtual_camera,
)

WEAK, STRONG = FactStrength.WEAK, FactStrength.STRONG


def test_fifty_honest_sessions_have_no_strong_fact_and_no_wrong_one() -> None:
    assert len(HONEST_SESSIONS) == 50
    wrong = dict.fromkeys(FactKind, 0)
    for session in HONEST_SESSIONS:
        facts = find_facts(session.noticed)
        assert [fact.kind for fact in facts if fact.strength is STRONG] == [], session.name
        assert {fact.kind for fact in facts} >= session.true, f"{session.name}: else this shows nothing"
        for fact in facts:
            wrong[fact.kind] += fact.kind not in session.true
    rates = {kind: ErrorRate(wrong=wrong[kind], of=len(HONEST_SESSIONS)) for kind in FactKind}
    counted = set(ERROR_RATES) - {FactKind.SECOND_VOICE}
    assert {kind: rates[kind] for kind in counted} == {kind: ERROR_RATES[kind] for kind in counted}
    assert ERROR_RATES[FactKind.SECOND_VOICE] == ErrorRate(wrong=0, of=36), "as training/voices/README.md tells"
    assert set(FactKind) - set(ERROR_RATES) == {FactKind.FACE_MISSING, FactKind.SEVERAL_FACES}, "nobody knows"
    assert sum(wrong.values()) == 0


@folded(
    ("noticed", "expected"),
    [
        ([], []),
        ([hidden(0, 2.9), hidden(9, 2.9), hidden(20, 2.9), hidden(40, 2.9)], []),
        ([hidden(0, 9.0), hidden(30, 9.0)], []),
        ([hidden(0, 3.0), hidden(30, 3.0), hidden(60, 3.0)], [(FactKind.PAGE_HIDDEN, WEAK, 3)]),
        ([hidden(0, 601.0)], []),
        ([hidden(0, 599.0)], [(FactKind.PAGE_HIDDEN, WEAK, 1)]),
        ([pasted(0, 99, after=1)], []),
        ([pasted(0, 100, after=1)], [(FactKind.TEXT_PASTED, WEAK, 1)]),
        (
            # 600 characters in 10 seconds, where 120 can be typed, at three questions
            [pasted(60 * number, 600, after=10, number=number) for number in (1, 2, 3)],
            [(FactKind.TEXT_PASTED, STRONG, 3)],
        ),
        ([pasted(60 * n, 600, after=10, number=1) for n in (1, 2, 3)], [(FactKind.TEXT_PASTED, WEAK, 3)]),
        ([pasted(60 * n, 600, after=50, number=n) for n in (1, 2, 3)], [(FactKind.TEXT_PASTED, WEAK, 3)]),
        ([network(0, "a"), network(9, "b"), network(20, "a")], []),
        (
            [network(20, "a"), network(0, "a"), network(9, "b"), network(30, "c")],
            [(FactKind.NETWORK_CHANGED, WEAK, 3)],
        ),
        (faces(0, 59, none=59), []),
        (faces(0, 100, none=30), []),
        ([*faces(0, 100, none=20), *faces(200, 100, none=41)], [(FactKind.FACE_MISSING, WEAK, 2)]),
        (faces(0, 100, several=9), []),
        (faces(0, 600, several=600), [(FactKind.SEVERAL_FACES, WEAK, 1)]),
        ([another_voice(0, 3.0)], [(FactKind.SECOND_VOICE, WEAK, 1)]),
        ([another_voice(60 * n, 60.0, number=n) for n in range(9)], [(FactKind.SECOND_VOICE, WEAK, 9)]),
        ([camera(0, "FaceTime HD Camera")], []),
        ([camera(0, "OBS Virtual Camera (m-de:vice)")], [(FactKind.VIRTUAL_CAMERA, WEAK, 1)]),
    ],
)
def test_what_observations_come_to(
    noticed: list[Observation], expected: list[tuple[FactKind, FactStrength, int]]
) -> None:
    assert [(fact.kind, fact.strength, fact.times) for fact in find_facts(noticed)] == expected


def test_a_fact_has_its_span_and_its_first_moments() -> None:
    (fact,) = find_facts([hidden(10 * n, 4.0) for n in reversed(range(70))])
    assert (fact.times, len(fact.moments)) == (70, MOST_MOMENTS)
    assert (fact.last_at - fact.first_at).total_seconds() == 690
    assert fact.moments[0].at == fact.first_at


@folded(
    ("name", "is_virtual"),
    [
        ("OBS Virtual Camera", True),
        ("ManyCam Virtual Webcam", True),
        ("Dummy video device (0x0000)", True),
        ("Integrated Camera (13d3:5a08)", False),
        ("iPhone Camera", False),
        ("DroidCam Source 3", False),
        ("NVIDIA Broadcast", False),
        ("", False),
    ],
)
def test_cameras_that_show_what_they_are_told_to_are_known_by_their_names(name: str, is_virtual: bool) -> None:
    assert is_virtual_camera(name) is is_virtual
