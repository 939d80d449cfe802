import { createHmac } from "node:crypto";
import type { ChannelKind } from "@/contract/notification";
import type { NoticeMessage } from "@/contract/notification-schema";
import { plainText, type RenderedMessage } from "@/server/notification/render";
import type { HttpMessage } from "@/server/ports/message-sender";

export interface PayloadInput {
  readonly kind: Exclude<ChannelKind, "email">;
  readonly url: string;
  readonly key: string | null;
  /** Of the delivery: the same when it is sent again. */
  readonly id: string;
  readonly message: NoticeMessage;
  readonly rendered: RenderedMessage;
  readonly nowMs: number;
}

/** WeCom turns longer markdown away; DingTalk and Slack allow more. */
const weComBytesMax = 4_096;

/** What goes over the wire. Pure: the receiver's own description of its format is the test. */
export function payloadOf(input: PayloadInput): HttpMessage {
  switch (input.kind) {
    case "webhook":
      return webhook(input);
    case "dingtalk":
      return dingTalk(input);
    case "wecom":
      return { url: input.url, headers: {}, body: JSON.stringify(weCom(input.rendered)) };
    case "slack":
      return { url: input.url, headers: {}, body: JSON.stringify({ text: slackText(input.rendered) }) };
  }
}

/** `X-Trivet-Signature: t=SECONDS,v1=HEX`: HMAC-SHA256 over "SECONDS.BODY". The time is signed too, so that nothing old is played again. */
function webhook({ url, key, id, message, rendered, nowMs }: PayloadInput): HttpMessage {
  const body = JSON.stringify({
    version: 1,
    id,
    sentAt: new Date(nowMs).toISOString(),
    cluster: message.clusterId === null ? null : { id: message.clusterId, name: message.cluster },
    severity: rendered.severity,
    subject: rendered.subject,
    text: plainText(rendered),
    url: rendered.link?.url ?? null,
    events: rendered.lines.map(({ source, title, means, todo }) => ({ ...source, title, means, todo })),
    more: message.more,
  });
  const seconds = Math.floor(nowMs / 1000);
  const headers = { "x-trivet-delivery": id };
  if (key === null || key === "") return { url, headers, body };
  const signature = createHmac("sha256", key).update(`${seconds}.${body}`).digest("hex");
  return { url, headers: { ...headers, "x-trivet-signature": `t=${seconds},v1=${signature}` }, body };
}

/** Signed as the robot's setting "additional signature" asks: timestamp and signature go into the address. */
function dingTalk({ url, key, rendered, nowMs }: PayloadInput): HttpMessage {
  const target = new URL(url);
  if (key !== null && key !== "") {
    const sign = createHmac("sha256", key).update(`${nowMs}\n${key}`).digest("base64");
    target.searchParams.set("timestamp", String(nowMs));
    target.searchParams.set("sign", sign);
  }
  const markdown = { title: rendered.subject, text: markdownText(rendered) };
  return { url: target.href, headers: {}, body: JSON.stringify({ msgtype: "markdown", markdown }) };
}

const weCom = (rendered: RenderedMessage) => ({
  msgtype: "markdown",
  markdown: { content: cutBytes(markdownText(rendered), weComBytesMax) },
});

/** Angle brackets would call people by name ("<@all>") or make links. */
const tame = (text: string): string =>
  text
    .replaceAll("<", "‹")
    .replaceAll(">", "›")
    .replaceAll(/\s*\n\s*/g, " ");

function markdownText({ subject, lines, more, link }: RenderedMessage): string {
  const parts = lines.map(({ heading, when, means, todo, isOver }) =>
    [`**${tame(heading)}**`, tame(when), ...(isOver ? [] : [tame(means), tame(todo)])]
      .filter((text) => text !== "")
      .join("  \n"),
  );
  const end = [...(more === "" ? [] : [tame(more)]), ...(link === null ? [] : [`[${tame(link.text)}](${link.url})`])];
  return [`#### ${tame(subject)}`, ...parts, ...end].join("\n\n");
}

const slackEscaped = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

function slackText({ subject, lines, more, link }: RenderedMessage): string {
  const parts = lines.map(({ heading, when, means, todo, isOver }) =>
    [`*${slackEscaped(heading)}*`, when, ...(isOver ? [] : [means, todo].map(slackEscaped))]
      .filter((text) => text !== "")
      .join("\n"),
  );
  const end = [...(more === "" ? [] : [more]), ...(link === null ? [] : [`<${link.url}|${slackEscaped(link.text)}>`])];
  return [...(lines.length > 1 ? [slackEscaped(subject)] : []), ...parts, ...end].join("\n\n");
}

/** Never in the middle of a character. */
function cutBytes(text: string, bytesMax: number): string {
  if (Buffer.byteLength(text) <= bytesMax) return text;
  const mark = "…";
  let cut = text;
  while (Buffer.byteLength(cut) > bytesMax - Buffer.byteLength(mark)) {
    const over = Buffer.byteLength(cut) - bytesMax + Buffer.byteLength(mark);
    cut = Array.from(cut)
      .slice(0, -Math.max(1, Math.ceil(over / 4)))
      .join("");
  }
  return cut + mark;
}
