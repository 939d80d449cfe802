import { expect, test } from "vitest";
import { type ChannelDraft, draftOf, gapOf, inputOf, newDraft } from "@/components/notification/channel-draft";
import { channelInputSchema } from "@/contract/notification-schema";

const blank: ChannelDraft = { ...newDraft("en", "Asia/Shanghai"), name: "ops" };
const mail: ChannelDraft = {
  ...blank,
  kind: "email",
  mailHost: "mail.example.com",
  mailFrom: "trivet@example.com",
  mailTo: "a@example.com; b@example.com",
};

test.each<[string, ChannelDraft, boolean, string | null]>([
  ["no name", { ...blank, name: " " }, true, "name"],
  ["no address", blank, false, "url"],
  ["the address is stored", blank, true, null],
  ["not an address", { ...blank, url: "chat.example.com" }, true, "url"],
  ["an address", { ...blank, url: "https://chat.example.com/x" }, false, null],
  ["a whole mail channel", mail, false, null],
  ["no receiver", { ...mail, mailTo: "" }, false, "mail"],
  ["a receiver without a domain", { ...mail, mailTo: "ops" }, false, "mail"],
  ["no such port", { ...mail, mailPort: "smtp" }, false, "mail"],
  ["a password in clear", { ...mail, mailSecurity: "none", mailUser: "ops" }, false, "password-in-clear"],
])("%s", (_what, draft, url, gap) => expect(gapOf(draft, { url })).toBe(gap));

test("what is entered is what the server takes, and comes back into the form but for its secrets", () => {
  const draft = { ...mail, quiet: true, clusters: ["c1"], off: ["run-succeeded"], password: "p" };
  const input = channelInputSchema.parse(inputOf(draft, "https://panel.example.com"));
  expect(input).toMatchObject({
    secrets: { password: "p" },
    settings: { mail: { to: ["a@example.com", "b@example.com"], port: 587, user: null }, quiet: { from: "22:00" } },
  });
  const again = draftOf("k", "ops", input.settings);
  expect(again).toEqual({ ...draft, id: "k", mailTo: "a@example.com, b@example.com", password: "" });
  expect(inputOf(blank, "https://panel.example.com").secrets).toEqual({});
});
