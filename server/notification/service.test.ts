import { expect, test } from "vitest";
import type { ChannelInput } from "@/contract/notification-schema";
import { save } from "@/server/notification/service";

const me = { actor: { id: "u1", username: "admin" }, address: null };
const channel = (
  change: Partial<ChannelInput["settings"]> = {},
  secrets: ChannelInput["secrets"] = {},
): ChannelInput => ({
  id: null,
  name: change.kind ?? "webhook",
  settings: {
    kind: "webhook",
    enabled: true,
    locale: "en",
    timeZone: "UTC",
    on: [],
    off: [],
    clusters: null,
    quiet: null,
    mail: null,
    panelUrl: "https://panel.example.com",
    ...change,
  },
  secrets: { url: "https://chat.example.com/hook", key: "a-signing-key", ...secrets },
});
const mailTo = (port: number) => ({
  host: "127.0.0.1",
  port,
  security: "none" as const,
  user: null,
  from: "trivet@example.com",
  to: ["ops@example.com"],
});

test.each([
  ["no address", channel.bind(null, {}, { url: "" }), "notify-no-url"],
  ["a file", channel.bind(null, {}, { url: "file:///etc/passwd" }), "notify-bad-url"],
  ["a password in the address", channel.bind(null, {}, { url: "https://a:b@example.com/" }), "notify-bad-url"],
  ["mail without a server", channel.bind(null, { kind: "email" }), "notify-no-mail"],
  [
    "a mail password in clear",
    () => channel({ kind: "email", mail: { ...mailTo(25), user: "ops" } }, { password: "p" }),
    "notify-clear-password",
  ],
])("%s is refused with its reason", async (_what, input, code) => {
  await expect(save(me, input())).rejects.toMatchObject({ saying: { code } });
});
