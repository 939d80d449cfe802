import { worstOf } from "@/contract/notification";
import type { NoticeLine, NoticeMessage } from "@/contract/notification-schema";
import type { EventSeverity } from "@/contract/event-kinds";
import { type EventWords, eventWords, type Phrases } from "@/contract/event-words";
import type { SayingFact } from "@/contract/sentence";

export interface RenderedLine extends EventWords {
  /** "Critical: ceph-3 is down" */
  readonly heading: string;
  /** When, how often, for how long. */
  readonly when: string;
  /** It is over: neither meaning nor advice is of use any more. */
  readonly isOver: boolean;
  readonly source: NoticeLine;
}

export interface RenderedMessage {
  readonly severity: EventSeverity;
  readonly subject: string;
  readonly lines: readonly RenderedLine[];
  /** Empty: none. */
  readonly more: string;
  readonly link: { readonly text: string; readonly url: string } | null;
}

export interface RenderTarget {
  readonly timeZone: string;
  readonly panelUrl: string | null;
}

/** The message in the channel's language. Pure but for the zone's rules. */
export function render(t: Phrases, message: NoticeMessage, { timeZone, panelUrl }: RenderTarget): RenderedMessage {
  const lines = message.lines.map((line) => renderLine(t, line, timeZone));
  const place = message.cluster ?? t("notifications.message.panel");
  const [first] = lines;
  const subject =
    lines.length === 1 && message.more === 0 && first !== undefined
      ? t("notifications.message.one", { place, heading: first.heading })
      : t("notifications.message.several", {
          place,
          count: lines.length + message.more,
          rest: lines.length + message.more - 1,
          heading: first?.heading ?? "",
        });
  const standing = message.lines.filter(({ change }) => change !== "ended" && change !== "over");
  return {
    severity: worstOf(standing.map(({ severity }) => severity)),
    subject,
    lines,
    more: message.more === 0 ? "" : t("notifications.message.more", { count: message.more }),
    link: panelUrl === null ? null : { text: t("notifications.message.open"), url: linkOf(message, panelUrl) },
  };
}

function linkOf({ clusterId, lines }: NoticeMessage, panelUrl: string): string {
  const base = panelUrl.replace(/\/+$/, "");
  const [first] = lines;
  if (lines.length === 1 && first?.runId != null) return `${base}/runs/${encodeURIComponent(first.runId)}`;
  return clusterId === null
    ? `${base}/settings/notifications`
    : `${base}/clusters/${encodeURIComponent(clusterId)}/events`;
}

function renderLine(t: Phrases, line: NoticeLine, timeZone: string): RenderedLine {
  const { kind, facts, severity, change, beganAt, endedAt, count } = line;
  const words = eventWords(t, (fact) => sayFact(t, fact), { kind, facts });
  const clock = (iso: string) => new Date(iso).toLocaleString("sv-SE", { timeZone });
  const isOver = change === "ended" || change === "over" || change === "test";
  const minutes = endedAt === null ? 0 : Math.max(1, Math.round((Date.parse(endedAt) - Date.parse(beganAt)) / 60_000));
  const values = { severity: t(`events.severity.${severity}`), title: words.title, minutes };
  const when =
    change === "ended" || change === "over"
      ? t("notifications.message.whenOver", { from: clock(beganAt), until: clock(endedAt ?? beganAt) })
      : clock(beganAt);
  return {
    ...words,
    heading: t(`notifications.message.${change}`, values),
    when: count > 1 ? `${when} · ${t("events.count", { count })}` : when,
    isOver,
    source: line,
  };
}

/** Our own sentences in the translator's language; what another program printed as it is. */
export function sayFact(t: Phrases, fact: SayingFact): string | number {
  if (typeof fact !== "object") return fact;
  if (!t.has(`sentences.${fact.code}`)) return fact.text;
  const values = Object.entries(fact.facts).map(([name, value]) => [name, sayFact(t, value)] as const);
  return t(`sentences.${fact.code}`, Object.fromEntries(values));
}

/** As lines of plain text: mail, and what a chat shows in a list of conversations. */
export function plainText({ lines, more, link }: RenderedMessage): string {
  const parts = lines.map(({ heading, when, means, todo, isOver }) =>
    [heading, when, ...(isOver ? [] : [means, todo])].filter((text) => text !== "").join("\n"),
  );
  return [...parts, ...(more === "" ? [] : [more]), ...(link === null ? [] : [`${link.text}: ${link.url}`])].join(
    "\n\n",
  );
}
