import { expect, test } from "vitest";
import { channelInput as channel, mailTo } from "@/server/notification/fixtures/channel-fixture";
import { save } from "@/server/notification/service";

const me = { actor: { id: "u1", username: "admin" }, address: null };

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
