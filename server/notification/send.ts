import type { ChannelSecrets, ChannelSettings, NoticeMessage } from "@/contract/notification-schema";
import { mapSentence } from "@/contract/sentence";
import { judgeAnswer, type Verdict } from "@/server/notification/answer";
import { notificationDoors } from "@/server/notification/doors";
import { payloadOf } from "@/server/notification/payload";
import { plainText, render } from "@/server/notification/render";
import { learnSecret, scrub } from "@/server/secret/scrub";

export interface Target {
  readonly settings: ChannelSettings;
  readonly secrets: ChannelSecrets;
}

/** One try: put into words, sent, and what the other side said about it, without its secrets. */
export async function sendMessage(
  { settings, secrets }: Target,
  message: NoticeMessage,
  id: string,
  nowMs: number,
): Promise<Verdict> {
  for (const value of valuesOf(secrets)) learnSecret(value, "notification-target");
  const { sender, words } = notificationDoors();
  const rendered = render(await words(settings.locale), message, settings);
  const { kind, mail } = settings;
  const { url, key, password } = secrets;
  const answer =
    kind === "email"
      ? mail === null
        ? null
        : await sender.mail({ ...mail, password, subject: rendered.subject, text: plainText(rendered), id })
      : url === null
        ? null
        : await sender.post(payloadOf({ kind, url, key, id, message, rendered, nowMs }));
  // Saved only when complete: a channel without a target cannot be reached by any road.
  if (answer === null) throw new Error(`a channel of kind ${kind} has no target`);
  const { delivered, said } = judgeAnswer(kind, answer);
  return { delivered, said: mapSentence(said, (text) => scrub(text, "program")) };
}

/** Shorter parts of an address are words of its path. */
const tokenCharactersMin = 12;

/** The secrets, and of an address the parts that open it: an answer may repeat a token without the rest. */
function valuesOf({ url, key, password }: ChannelSecrets): string[] {
  const whole = [url, key, password].flatMap((value) => (value === null || value === "" ? [] : [value]));
  if (url === null || !URL.canParse(url)) return whole;
  const { pathname, searchParams } = new URL(url);
  const parts = [...pathname.split("/"), ...searchParams.values()];
  return [...whole, ...parts.filter((part) => part.length >= tokenCharactersMin)];
}
