import type { ChannelKind } from "@/contract/notification";
import { say, type Sentence } from "@/contract/sentence";
import type { SendAnswer } from "@/server/ports/message-sender";

export interface Verdict {
  readonly delivered: boolean;
  /** The other side's own words, or why there are none. */
  readonly said: Sentence;
}

const shownCharacters = 300;

/** Chats say "200 OK" to what they throw away: only their own code counts. */
export function judgeAnswer(kind: ChannelKind, answer: SendAnswer): Verdict {
  if (answer.kind === "failed") return { delivered: false, said: answer.reason };
  const { status, body } = answer;
  const said = say("notify-answered", { status, said: body.trim().slice(0, shownCharacters) || "–" });
  const isFine = kind === "email" ? status === 250 : status >= 200 && status < 300;
  if (!isFine) return { delivered: false, said };
  if (kind === "dingtalk" || kind === "wecom") return { delivered: errorCodeIn(body) === 0, said };
  return { delivered: true, said };
}

function errorCodeIn(body: string): number | null {
  try {
    const answer: unknown = JSON.parse(body);
    if (typeof answer !== "object" || answer === null || !("errcode" in answer)) return null;
    return typeof answer.errcode === "number" ? answer.errcode : null;
  } catch {
    return null;
  }
}
