/** What the page and the server say to each other: JSON objects, the same by WebSocket and by POST. */

export type Wish = "begin" | "repeat" | "rephrase" | "think" | "skip" | "end" | "trouble" | "person" | "stay" | Aside;
/** Understood by words alone: what is said beside the answer. */
export type Aside = "clarify" | "ask" | "chat" | "said_before" | "off_topic";

export type Arrive = { kind: "arrive" };
/** as_answer: it may read like a wish ("skip, please"), but the person says that it is the answer. */
export type Answer = { kind: "answer"; key: string; number: number; text?: string; choice?: number; skip?: true; as_answer?: true };
/** By a button, at this turn. note: what is wrong, for `trouble`. A skip by button is an answer with `skip`. */
export type Wished = { kind: "wish"; key: string; number: number; wish: Exclude<Wish, "skip" | Aside>; note?: string };
/**
 * An earlier answer, opened again before the end: all of its words as they are meant now; '' skips a question anew. Where
 * it was answered by choosing, the choice. as_question: it was no answer, and `text` is what they ask: it is taken back and
 * replied to, and its question is asked again.
 */
export type Correct = { kind: "correct"; key: string; number: number; text?: string; choice?: number; as_question?: true };
export type Submit = { kind: "submit"; key: string };
/** The server did not answer for so long while the device was online; told once the line is back. */
export type Fault = { kind: "fault"; key: string; fault: "line_lost"; seconds: number };
/**
 * Where answers are recorded and the candidate was told so: the page was out of sight for `seconds`, so many `characters`
 * from elsewhere came into an answer `seconds` after its question, the camera is a virtual one and calls itself so, or of
 * the `seconds` of a turn in which faces were counted (`faces_watched`) so many had none, or several.
 * ago: seconds since, where it comes late. Answered by a receipt, never by a scene.
 */
export type Noticed = { kind: "noticed"; key: string; what: "hidden" | "pasted" | "virtual_camera" | "faces_watched" | "no_face" | "several_faces"; number: number; seconds?: number; characters?: number; camera?: string; ago?: number };
/** What is being typed; a choice by its index. Answered by `kept`, never by a scene. */
export type Draft = { kind: "draft"; number: number; text: string };
/** What stays on the device until its receipt. */
export type Kept = Answer | Correct | Wished | Submit | Fault | Noticed | Played | SoundLost;
/** What is said once, and lost with the line. */
export type Told = Draft | OpenSound | CloseSound | Done;
export type ToServer = Arrive | Kept | Told;

/** Somebody's words, in their language. */
export type Words = { text: string; lang: string } & Partial<Voiced>;
export type Passage = Words & { source: string };
export type Question = {
  number: number;
  text: string;
  lang: string;
  kind: "open" | "choice" | "candidate_asks";
  choices: string[] | null;
  is_scored: boolean;
  is_follow_up: boolean;
  /** Whether it was skipped before. */
  is_again: boolean;
  /** Of a follow-up: the candidate's own sentence that it takes up. */
  quote: Words | null;
  /** Time meant for the answer; null when nothing is said. */
  seconds: number | null;
};
/**
 * What the candidate's question was answered: our words, then the passage that answers it, if there is one. asked: that
 * question, without the refusal that it may stand beside.
 */
export type Reply = Words & { asked: string | null; source: string | null; passage: string | null; is_passed_on: boolean };
export type Past = {
  number: number;
  /** Of its question, from 1, in the order in which they were asked first; follow-ups have their question's. */
  place: number;
  asked: string;
  lang: string;
  answer: string;
  is_skipped: boolean;
  /** It was theirs to ask, and they had no questions. */
  had_none: boolean;
  is_spoken: boolean;
  is_follow_up: boolean;
  /** answer: as it was opened again and said anew; its first words are kept beside it. */
  is_changed: boolean;
  /** Whether it can be opened again. */
  can_change: boolean;
  /** Whether it can be taken back as a question to us. */
  can_ask: boolean;
  /** Whether it reads like one. */
  may_ask: boolean;
  /** What could be chosen, and which one is; null where it is answered in own words. */
  choices: string[] | null;
  choice: number | null;
  reply: Reply | null;
};
export type Scene = {
  kind: "scene";
  /** set_aside: it was given up for a fault of ours; the attempt does not count. */
  phase: "instruction" | "asking" | "finished" | "submitted" | "set_aside";
  /** The turn, from 1. */
  number: number;
  /** Which question it is, from 1; a follow-up has the place of its question, and one that was skipped its own. */
  place: number;
  /** The questions that this attempt will ask at most. */
  of: number;
  lang: string;
  /** What the interviewer says before the question, in order. */
  said: Words[];
  /** Read below what is said, and never said: what follows the greeting. */
  shown: Words | null;
  /** What the candidate has just asked beside the answer; what is said replies to it. */
  asked: Words | null;
  found: Passage | null;
  thanks: Words | null;
  instruction: Words | null;
  /** The interviewer asks whether to skip, or to end. */
  confirm: "skip" | "end" | null;
  /** What the last message was understood as, by its words. */
  heard: Wish | null;
  /** What is said answers a wish, by a button or by words: it has to be seen. */
  wished: boolean;
  /** They have just said that what was taken for their answer was a question. */
  misread: boolean;
  /** Of the planned time, or until no question is asked any more; null before the last quarter of either. */
  minutes_left: number | null;
  /** No further question comes after this one. */
  is_last: boolean;
  /** What was typed for this turn, perhaps on another device. */
  draft: { number: number; text: string } | null;
  ending: "all_asked" | "ended_early" | "time_up" | null;
  kind_of: "interview" | "coaching" | "assessment";
  attempts_left: number;
  /** Whether an answer can be opened again, and a skipped question be answered, before the interview is sent. */
  opens_again: boolean;
  question: Question | null;
  past: Past[];
};
/** Said only after the commit. number: the turn; null where there is none. */
export type Receipt = { kind: "receipt"; key: string; number: number | null };
/** The draft of this turn is safe at the server. */
export type DraftKept = { kind: "kept"; number: number };
/** What is wrong, and what to do. */
export type Refused = { kind: "refused"; key: string | null; error: string; name?: string | null };
/** The conversation is open in more windows than the server keeps a line to; newer ones took this one's place (4409). */
export type Elsewhere = { kind: "elsewhere" };
export type ToPage = Scene | Receipt | DraftKept | Refused | Elsewhere;

/** live: a word was heard on this connection. joining: on the way to it. away: it takes long. ended: no way on. */
export type LineState = "joining" | "live" | "away" | "ended";

/*
 * --- The living voice -----------------------------------------------------------------------------------------------
 *
 * By the socket alone. A page that never says `open_sound` is never told any of this; its scenes have `audio` where the
 * line is there already. docs/explanation/living-voice.md tells the whole of it.
 *
 *   arrive, open_sound ──► scene, hello_sound, listens       after each connect, in this order
 *   binary frames, from `hello_sound.next` on ──► heard_to   at least each second, once they are on the disk
 *   played ──► receipt                                       the question has been heard: now the turn is open
 *   … speech … ──► began, heard (captions), ahead, turn_over, heard (is_final), receipt, scene, listens
 *
 * A frame: 4 bytes of number, little-endian, from 0 over the whole attempt, and 20 to 60 ms of 16-bit mono PCM at 16 kHz
 * (640 to 1,920 bytes, a multiple of 32), little-endian. All frames of an attempt are alike: `frame_bytes` says how long
 * once there is one. A page keeps a frame until `heard_to` or `hello_sound` names a later one (or until its turn is saved,
 * and then says so as `kept`), and sends what `next` asks for again, in order, after each hello. Where it has less than what `next` asks for (a new page, a ring that ran over), it numbers
 * its oldest frame `next`, and tells `sound_lost` if it did record more. At most 120 s may come ahead of time. While
 * nothing is recorded, send nothing: time goes on with the sound alone.
 */

/**
 * The candidate will speak. locale: the accent that they chose. next: the first frame without a receipt, and the length of
 * frames, where the page knows: another server may have given the receipts, and this one then goes on from there. kept:
 * the first frame that the page still has of the turn `number`: it may be asked for from there on, receipts or not.
 */
export type OpenSound = { kind: "open_sound"; locale?: string; next?: number; frame_bytes?: number; kept?: number; number?: number };
/** The candidate will type; the microphone is off. What is typed while it is on needs no such word. */
export type CloseSound = { kind: "close_sound" };
/**
 * The interviewer's words of this turn, or a prompt's, are over: heard to the end, or stopped (`is_interrupted`). Without
 * it the turn does not begin, so it is told of text alone too. frame: the first one after it. Kept until its receipt.
 */
export type Played = { kind: "played"; key: string; number: number; seconds: number; of_seconds: number; is_interrupted?: boolean; how: "sound" | "browser" | "text"; frame?: number; lines?: PlayedLine[] };
/**
 * A stretch of a line that was heard without a break: `line` is the 40 characters before `.wav` in its `audio`, `begin` and `seconds` are of
 * its sound. at, until: where the attempt's own sound stood when it began and when it ended, in seconds, null where that is
 * not known; is_recorded: whether it was being recorded when it began.
 */
export type PlayedLine = { line: string; begin: number; seconds: number; at: number | null; until: number | null; is_recorded: boolean };
/** The button "I'm done". ("Let me think" is the wish `think`; a draft shows that somebody is there.) */
export type Done = { kind: "done"; number: number; frame?: number };
/** So much was recorded and is gone. Kept until its receipt. */
export type SoundLost = { kind: "sound_lost"; key: string; seconds: number };

/**
 * What `Words`, `Passage` and `Question` have besides. audio: a WAV file (24 kHz, 16-bit, mono; byte ranges; kept for
 * good), of which the cookie is asked; it may still be being spoken, and comes then within 8 s or not at all (404). mouth:
 * a `Mouth` in JSON. Both null: the browser's own voice, or text.
 */
export type Voiced = { audio: string | null; mouth: string | null };
/** marks: begin and end in seconds, and the shape, in order; none where the voice does not tell: move it by loudness. */
export type Mouth = { seconds: number; marks: [number, number, "rest" | "closed" | "teeth" | "narrow" | "tongue" | "wide" | "open" | "round"][] };

export type HelloSound = { kind: "hello_sound"; next: number; frame_bytes: number | null };
/** All frames before `next` are safe. */
export type HeardTo = { kind: "heard_to"; next: number };
/** A frame came too early: send from `next` on. */
export type FramesMissed = { kind: "frames_missed"; next: number };
/** The socket is closed after it, by 1008. */
export type SoundRefused = { kind: "sound_refused"; reason: "size" | "too_much" | "too_long"; error: string };
/** Another page of this attempt speaks now; what this one sends is left alone. */
export type SoundTaken = { kind: "sound_taken" };
/** This turn is heard, once its words are over. Also told after a reconnect, in the middle of a turn. */
export type Listens = { kind: "listens"; number: number };
/** The first word of the turn. */
export type Began = { kind: "began"; number: number };
/** The candidate speaks while the interviewer does: stop playing, and tell `played` with what was heard. */
export type Clear = { kind: "clear"; number: number };
/** What was understood of the turn, all of it each time. doubts: begin and end of what may be misheard, in characters. */
export type HeardText = { kind: "heard"; number: number; text: string; is_final: boolean; doubts: [number, number][] };
/** Somebody is silent: the sounds of what is said next, if the turn is over. To be fetched now; the scene may have others. */
export type Ahead = { kind: "ahead"; sounds: Voiced[] };
/** The turn is over, and is being saved. A receipt (its key is the server's), `heard` and a scene follow. */
export type TurnOver = { kind: "turn_over"; number: number };
/** It was to be over, and not a word was understood: it goes on, and is open already; at a choice a prompt opens it. */
export type NothingHeard = { kind: "nothing_heard"; number: number };
/**
 * Nobody has said a word (prompt: 1, 2), or somebody spoke and not a word was understood (prompt: 0), or, at a
 * choice, nothing that is one of the answers shown (prompt: -1): play it, show it, and tell `played`.
 */
export type Prompt = { kind: "prompt"; number: number; prompt: number; said: Words & Voiced };
/**
 * Nothing is heard from here on; `open_sound` tries again. text: what was understood of the open turn, to go on from.
 * no_ear: nothing can hear now. not_kept: the disk refuses. nobody: not a word long after two prompts. failed: the answer
 * could not be saved. elsewhere: another process still has the sound; try again. not_here: no voice at this server.
 * not_agreed: to be recorded; not a frame is taken.
 */
export type TypingOnly = { kind: "typing_only"; reason: "no_ear" | "not_kept" | "nobody" | "failed" | "elsewhere" | "not_here" | "not_agreed"; text: string };
export type SoundToPage = HelloSound | HeardTo | FramesMissed | SoundRefused | SoundTaken | Listens | Began | Clear | HeardText | Ahead | TurnOver | NothingHeard | Prompt | TypingOnly;
