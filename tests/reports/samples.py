"""Results to print: one a language, in the words of people who never were, and judged by hand."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from uuid import UUID, uuid5

from tests.builders import NOW
from vivavoce.attempts.answer import Answer, HeardWord
from vivavoce.attempts.faults import Fault, FaultKind
from vivavoce.attempts.keep import Kept
from vivavoce.attempts.read import Record
from vivavoce.attempts.states import AttemptState, Ending
from vivavoce.candidates.contact import Contact
from vivavoce.interviews.draft import Draft, InterviewSettings, Kind, Status, Visibility
from vivavoce.interviews.expectations import Bracket
from vivavoce.interviews.steps import SentQuestion, Step
from vivavoce.interviews.weights import DEFAULT_WEIGHTS
from vivavoce.reports.read import ReadResult
from vivavoce.scoring.calibrations import FOLDER
from vivavoce.scoring.flags import Flag, Raised
from vivavoce.scoring.interval import find_interval, read_calibration
from vivavoce.scoring.judged import JudgedAnswer, JudgedSession
from vivavoce.scoring.judgement import Judgement
from vivavoce.scoring.judgements import KeptJudgement
from vivavoce.scoring.recommend import make_report
from vivavoce.scoring.rubric import Claim
from vivavoce.scoring.total import find_mean, mix, score_verdicts
from vivavoce.scoring.verdicts import Quote, Verdict, VerdictState

C, R, N = VerdictState.CONFIRMED, VerdictState.REJECTED, VerdictState.NOT_DISCUSSED
SPACE = UUID("6f1d1d52-0000-4000-8000-000000000000")


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """What somebody says in one language. quoted: a stretch of each answer, in order."""

    name: str
    interview: str
    questions: tuple[str, str, str]
    answers: tuple[str, str, str]
    quoted: tuple[str, str, str]
    claims: tuple[str, str, str, str, str, str]  # two of each bracket


TELLINGS = {
    "en": Telling(
        name="Rosa Kiln",
        interview="Shift lead, night",
        questions=(
            "Tell me about the last team you led.",
            "What makes a good hand-over?",
            "What did you do first when the belt stopped?",
        ),
        answers=(
            "Nine people in a laundry that served two hospitals. My part was that the linen left at six.",
            "Three lines, not thirty. What is broken, who is missing, what I promised to somebody.",
            "I see who turns up and then I put the lanes together, you cannot know it before.",
        ),
        quoted=(
            "Nine people in a laundry that served two hospitals.",
            "What is broken, who is missing, what I promised to somebody.",
            "I see who turns up and then I put the lanes together",
        ),
        claims=(
            "Has led a team on shifts",
            "Names what a hand-over holds",
            "Explains the reason for a rule",
            "Plans cover before the shift begins",
            "Changed how the work is done, and it lasted",
            "Has trained somebody to take over",
        ),
    ),
    "de": Telling(
        name="Jördis Über-Österreicher",
        interview="Schichtleitung Nacht (Großwäscherei und Krankenhausversorgung)",
        questions=(
            "Erzählen Sie von dem Team, das Sie zuletzt geführt haben.",
            "Was macht eine gute Übergabe aus?",
            "Was haben Sie zuerst getan, als das Band stehen blieb?",
        ),
        answers=(
            "Neun Leute in einer Wäscherei für zwei Krankenhäuser. Um sechs musste die Wäsche fertig sein.",
            "Drei Zeilen, nicht dreißig. Was kaputt ist, wer fehlt, was ich jemandem versprochen habe.",
            "Ich sehe, wer kommt, und dann stelle ich die Linien zusammen, vorher kann man das nicht wissen.",
        ),
        quoted=(
            "Neun Leute in einer Wäscherei für zwei Krankenhäuser.",
            "Was kaputt ist, wer fehlt, was ich jemandem versprochen habe.",
            "Ich sehe, wer kommt, und dann stelle ich die Linien zusammen",
        ),
        claims=(
            "Hat ein Team im Schichtdienst geführt",
            "Nennt, was zu einer Übergabe gehört",
            "Erklärt den Grund für eine Regel",
            "Plant die Vertretung, bevor die Schicht beginnt",
            "Hat etwas dauerhaft verändert",
            "Hat jemanden angelernt, der übernehmen konnte",
        ),
    ),
    "ar": Telling(
        name="ليلى بنت عبد الرحمن",
        interview="مسؤولة مناوبة ليلية",
        questions=("حدّثينا عن آخر فريق قدتِه.", "ما الذي يجعل تسليم المناوبة جيدًا؟", "ماذا فعلتِ أولًا حين توقف السير؟"),
        answers=(
            "تسعة أشخاص في مغسلة تخدم مستشفيين. كان عملي أن تخرج المفارش في الساعة 6.",
            "ثلاثة أسطر لا ثلاثون. ما الذي تعطّل، ومن غاب، وبماذا وعدتُ أحدًا في ERP.",
            "أرى من حضر ثم أوزّع الخطوط، لا يمكن معرفة ذلك من قبل.",
        ),
        quoted=(
            "تسعة أشخاص في مغسلة تخدم مستشفيين.",
            "ما الذي تعطّل، ومن غاب، وبماذا وعدتُ أحدًا في ERP.",
            "أرى من حضر ثم أوزّع الخطوط",
        ),
        claims=(
            "قادت فريقًا بنظام المناوبات",
            "تذكر ما يتضمنه التسليم",
            "تشرح سبب القاعدة",
            "تخطط للبدلاء قبل بدء المناوبة",
            "غيّرت طريقة العمل تغييرًا دائمًا",
            "درّبت من يحل محلها",
        ),
    ),
    "ja": Telling(
        name="高橋 さくら",
        interview="夜間シフトリーダー",
        questions=(
            "最近率いたチームについて教えてください。",
            "良い引き継ぎとは何でしょうか。",
            "ベルトが止まったとき、最初に何をしましたか。",
        ),
        answers=(
            "二つの病院を担当する洗濯工場で、九人のチームでした。六時にリネンを出すのが私の役割でした。",
            "三十行ではなく三行です。何が壊れているか、誰がいないか、誰に何を約束したか。",
            "誰が来たかを見てからラインを組みます。前もっては分かりません。",
        ),
        quoted=(
            "二つの病院を担当する洗濯工場で、九人のチームでした。",
            "何が壊れているか、誰がいないか、誰に何を約束したか。",
            "誰が来たかを見てからラインを組みます。",
        ),
        claims=(
            "シフト制のチームを率いたことがある",
            "引き継ぎに必要な内容を挙げる",
            "規則の理由を説明する",
            "シフトの前に交代要員を計画する",
            "仕事のやり方を変え、それが続いた",
            "後任を育てたことがある",
        ),
    ),
    "th": Telling(
        name="ศรัณย์ญา วงศ์สุวรรณ",
        interview="หัวหน้ากะกลางคืน",
        questions=("เล่าถึงทีมล่าสุดที่คุณดูแล", "การส่งต่องานที่ดีเป็นอย่างไร", "คุณทำอะไรก่อนเมื่อสายพานหยุด"),
        answers=(
            "มีเก้าคนในโรงซักที่ดูแลสองโรงพยาบาล หน้าที่ของฉันคือส่งผ้าออกตอนหกโมง",
            "สามบรรทัด ไม่ใช่สามสิบ อะไรเสีย ใครไม่มา และฉันรับปากอะไรไว้กับใคร",
            "ฉันดูว่าใครมาแล้วค่อยจัดแถว ก่อนหน้านั้นรู้ไม่ได้",
        ),
        quoted=("มีเก้าคนในโรงซักที่ดูแลสองโรงพยาบาล", "อะไรเสีย ใครไม่มา และฉันรับปากอะไรไว้กับใคร", "ฉันดูว่าใครมาแล้วค่อยจัดแถว"),
        claims=(
            "เคยนำทีมที่ทำงานเป็นกะ",
            "บอกได้ว่าการส่งต่องานต้องมีอะไร",
            "อธิบายเหตุผลของกฎ",
            "วางแผนคนแทนก่อนเริ่มกะ",
            "เปลี่ยนวิธีทำงานและอยู่ได้นาน",
            "เคยสอนคนให้มาแทน",
        ),
    ),
    "ta": Telling(
        name="கார்த்திகா சுப்பிரமணியன்",
        interview="இரவுப் பணித் தலைவர்",
        questions=(
            "நீங்கள் கடைசியாக வழிநடத்திய குழுவைப் பற்றிச் சொல்லுங்கள்.",
            "நல்ல பணி ஒப்படைப்பு எப்படி இருக்கும்?",
            "பட்டை நின்றபோது முதலில் என்ன செய்தீர்கள்?",
        ),
        answers=(
            "இரண்டு மருத்துவமனைகளுக்கான சலவைக் கூடத்தில் ஒன்பது பேர். ஆறு மணிக்குத் துணி போவது என் பொறுப்பு.",
            "மூன்று வரிகள், முப்பது அல்ல. எது பழுது, யார் வரவில்லை, யாரிடம் என்ன சொன்னேன்.",
            "யார் வந்தார்கள் என்று பார்த்துவிட்டு வரிசைகளை அமைப்பேன், முன்பே தெரியாது.",
        ),
        quoted=(
            "இரண்டு மருத்துவமனைகளுக்கான சலவைக் கூடத்தில் ஒன்பது பேர்.",
            "எது பழுது, யார் வரவில்லை, யாரிடம் என்ன சொன்னேன்.",
            "யார் வந்தார்கள் என்று பார்த்துவிட்டு வரிசைகளை அமைப்பேன்",
        ),
        claims=(
            "பணிமுறைக் குழுவை வழிநடத்தியுள்ளார்",
            "ஒப்படைப்பில் என்ன இருக்க வேண்டும் எனச் சொல்கிறார்",
            "விதியின் காரணத்தை விளக்குகிறார்",
            "பணி தொடங்கும் முன் மாற்றாளைத் திட்டமிடுகிறார்",
            "வேலை முறையை மாற்றி நிலைக்கச் செய்தார்",
            "பொறுப்பேற்க ஒருவருக்குப் பயிற்சி அளித்துள்ளார்",
        ),
    ),
}


def a_result(
    language: str = "en",
    *,
    states: tuple[VerdictState, ...] = (C, C, C, R, N, N),
    flags: tuple[Flag, ...] = (),
    faults: int = 0,
    name: str | None = None,
    is_judged: bool = True,
    is_spoken: bool = True,
    repeats: int = 1,
) -> ReadResult:
    """A result in this language. states: of the six claims, in the order of the brackets; the first three are quoted.

    repeats: so many times three questions.
    """
    telling = TELLINGS[language]
    steps = tuple(
        Step(
            id=uuid5(SPACE, f"{language} {place}"),
            question=SentQuestion(text=telling.questions[place % 3], label="lead" if place == 0 else None),
        )
        for place in range(3 * repeats)
    )
    answers = tuple(
        _kept(language, number, step, telling.answers[(number - 1) % 3], is_spoken)
        for number, step in enumerate(steps, 1)
    )
    definition = Draft(
        name=telling.interview,
        kind=Kind.INTERVIEW,
        status=Status.ACTIVE,
        visibility=Visibility.UNLISTED,
        language=language,
        speech_locale="en-US",
        template_id=SPACE,
        settings=InterviewSettings(),
        steps=(*steps, Step(id=uuid5(SPACE, "unreached"), question=SentQuestion(text=telling.questions[0] + " (2)"))),
    )
    record = Record(
        id=uuid5(SPACE, language),
        interview_id=SPACE,
        candidate_id=SPACE,
        number=1,
        is_test=False,
        state=AttemptState.SUBMITTED,
        ending=Ending.ALL_ASKED,
        begun_at=NOW,
        finished_at=NOW + timedelta(minutes=44),
        submitted_at=NOW + timedelta(minutes=45),
        tallied_at=NOW,
        judged_at=NOW + timedelta(minutes=46) if is_judged else None,
        coverage_percent=Decimal(75),
        talk_seconds=Decimal(2700),
        definition=definition,
        answers=answers,
        branches=(),
        wishes=(),
        faults=tuple(Fault(kind=FaultKind.LAG, began_at=NOW, ended_at=NOW) for _ in range(faults)),
        is_comparable=faults <= 3,
    )
    spoken = {kept.answer.number: _heard(kept.answer.text, kept.answer.number) for kept in answers}
    called = telling.name if name is None else name
    judged = _judged(telling, steps, states, flags) if is_judged else None
    return ReadResult(
        record=record,
        judged=judged,
        contact=Contact(name=called, email="candidate@example.com", phone="+49 30 1234"),
        film=None,
        spoken=spoken if is_spoken else {},
        is_contested=bool(flags),
    )


def _kept(language: str, number: int, step: Step, text: str, is_spoken: bool) -> Kept:
    answer = Answer(
        number=number,
        step_id=step.id,
        asked=step.question.text,
        language=language,
        text=text,
        choice=None,
        is_skipped=False,
        key=uuid5(SPACE, str(number)),
        spent_seconds=55.0,
        is_spoken=is_spoken,
    )
    return Kept(
        id=uuid5(SPACE, f"kept {language} {number}"),
        answer=answer,
        asked_at=NOW + timedelta(minutes=number),
        answered_at=NOW + timedelta(minutes=number, seconds=55),
    )


def _heard(text: str, number: int) -> tuple[HeardWord, ...]:
    words = text.split(" ")
    return tuple(
        HeardWord(
            text=word if place == 0 else f" {word}",
            start=number * 60 + place / 2,
            end=number * 60 + place / 2 + 0.4,
            probability=0.9,
        )
        for place, word in enumerate(words)
    )


def _judged(
    telling: Telling, steps: tuple[Step, ...], states: tuple[VerdictState, ...], flags: tuple[Flag, ...]
) -> KeptJudgement:
    verdicts = []
    for place, (text, state) in enumerate(zip(telling.claims, states, strict=True)):
        quoted, answer = telling.quoted[place % 3], telling.answers[place % 3]
        begin = answer.index(quoted)
        quote = Quote(turn=place % 3 + 1, start=begin, end=begin + len(quoted), text=quoted)
        verdicts.append(
            Verdict(
                claim=Claim(bracket=list(Bracket)[place // 2], index=place % 2, text=text),
                state=state,
                p=0.9,
                quotes=() if state is N else (quote,),
            )
        )
    per_answer = (tuple(verdicts[:2]), tuple(verdicts[2:4]), tuple(verdicts[4:]))
    calibration = read_calibration((FOLDER / "embedded.json").read_text(encoding="utf-8"))
    answers = tuple(
        JudgedAnswer(
            score=(score := score_verdicts(per_answer[place % 3])),
            verdicts=per_answer[place % 3],
            interval=find_interval(score, calibration),
            flags=tuple(Raised(flag=flag) for flag in flags) if place == 0 else (),
        )
        for place in range(len(steps))
    )
    answers_score, session_score = find_mean(one.score for one in answers), score_verdicts(verdicts)
    session = JudgedSession(
        answers=answers,
        verdicts=tuple(verdicts),
        answers_score=answers_score,
        session_score=session_score,
        score=mix(answers=answers_score, session=session_score, weights=DEFAULT_WEIGHTS),
        asked=len(steps),
        heard=len(steps),
        needs_review=bool(flags),
        reasons=tuple(flag.value for flag in flags),
    )
    report = make_report(verdicts, heard=3, asked=3, needs_review=bool(flags), language="en")
    judgement = Judgement(session=session, steps=tuple(step.id for step in steps), report=report, is_rough=True)
    return KeptJudgement(
        judgement=judgement,
        as_found=judgement,
        overturns=(),
        version=1,
        rater=f"embedded {calibration.version}",
        rubric_digest="0" * 64,
        judged_at=NOW + timedelta(minutes=46),
    )
