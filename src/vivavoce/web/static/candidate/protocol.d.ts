/** What the page and the server say to each other: JSON objects, the same by WebSocket and by POST. */

export type Arrive = { kind: "arrive" };
export type Answer = { kind: "answer"; key: string; number: number; text?: string; choice?: number; skip?: true };
export type Submit = { kind: "submit"; key: string };
/** What is kept on the device until its receipt. */
export type Kept = Answer | Submit;
export type ToServer = Arrive | Kept;

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
export type Past = { number: number; asked: string; lang: string; answer: string; is_skipped: boolean };
export type Scene = {
  kind: "scene";
  phase: "asking" | "finished" | "submitted";
  number: number;
  /** The steps that this attempt will ask at most. */
  of: number;
  lang: string;
  welcome: string | null;
  thanks: string | null;
  minutes_left: number | null;
  question: Question | null;
  past: Past[];
};
/** Said only after the commit. */
export type Receipt = { kind: "receipt"; key: string; number: number | null };
/** What is wrong, and what to do. */
export type Refused = { kind: "refused"; key: string | null; error: string; name?: string | null };
export type ToPage = Scene | Receipt | Refused;

/** live: a word was heard on this connection. joining: on the way to it. away: it takes long. ended: no way on. */
export type LineState = "joining" | "live" | "away" | "ended";
