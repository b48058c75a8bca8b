/** What the page and the server say to each other: JSON objects, the same by WebSocket and by POST. */

export type Wish = "begin" | "repeat" | "rephrase" | "think" | "skip" | "end" | "trouble" | "person" | "stay";

export type Arrive = { kind: "arrive" };
/** as_answer: it may read like a wish ("skip, please"), but the person says that it is the answer. */
export type Answer = { kind: "answer"; key: string; number: number; text?: string; choice?: number; skip?: true; as_answer?: true };
/** By a button, at this turn. note: what is wrong, for `trouble`. A skip by button is an answer with `skip`. */
export type Wished = { kind: "wish"; key: string; number: number; wish: Exclude<Wish, "skip">; note?: string };
export type Submit = { kind: "submit"; key: string };
/** The server did not answer for so long while the device was online; told once the line is back. */
export type Fault = { kind: "fault"; key: string; fault: "line_lost"; seconds: number };
/** What is being typed; a choice by its index. Answered by `kept`, never by a scene. */
export type Draft = { kind: "draft"; number: number; text: string };
/** What stays on the device until its receipt. */
export type Kept = Answer | Wished | Submit | Fault;
export type ToServer = Arrive | Kept | Draft;

/** Somebody's words, in their language. */
export type Words = { text: string; lang: string };
export type Passage = Words & { source: string };
export type Question = {
  number: number;
  text: string;
  lang: string;
  kind: "open" | "choice" | "candidate_asks";
  choices: string[] | null;
  is_scored: boolean;
  is_follow_up: boolean;
  /** Time meant for the answer; null when nothing is said. */
  seconds: number | null;
};
/** What the candidate's question was answered: our words, then the passage that answers it, if there is one. */
export type Reply = Words & { source: string | null; passage: string | null; is_passed_on: boolean };
export type Past = {
  number: number;
  asked: string;
  lang: string;
  answer: string;
  is_skipped: boolean;
  is_follow_up: boolean;
  reply: Reply | null;
};
export type Scene = {
  kind: "scene";
  phase: "instruction" | "asking" | "finished" | "submitted";
  /** The turn, from 1. */
  number: number;
  /** Which question it is, from 1; a follow-up has the place of its question. */
  place: number;
  /** The questions that this attempt will ask at most. */
  of: number;
  lang: string;
  /** What the interviewer says before the question, in order. */
  said: Words[];
  found: Passage | null;
  thanks: Words | null;
  instruction: Words | null;
  /** The interviewer asks whether to skip, or to end. */
  confirm: "skip" | "end" | null;
  /** What the last message was understood as, by its words. */
  heard: Wish | null;
  minutes_left: number | null;
  /** No further question comes after this one. */
  is_last: boolean;
  /** What was typed for this turn, perhaps on another device. */
  draft: { number: number; text: string } | null;
  ending: "all_asked" | "ended_early" | "time_up" | null;
  kind_of: "interview" | "coaching" | "assessment";
  attempts_left: number;
  question: Question | null;
  past: Past[];
};
/** Said only after the commit. number: the turn; null where there is none. */
export type Receipt = { kind: "receipt"; key: string; number: number | null };
/** The draft of this turn is safe at the server. */
export type DraftKept = { kind: "kept"; number: number };
/** What is wrong, and what to do. */
export type Refused = { kind: "refused"; key: string | null; error: string; name?: string | null };
export type ToPage = Scene | Receipt | DraftKept | Refused;

/** live: a word was heard on this connection. joining: on the way to it. away: it takes long. ended: no way on. */
export type LineState = "joining" | "live" | "away" | "ended";
