import { describe, expect, it } from "vitest";
import { isFromOwnPages, isOwnHost } from "@/server/auth/origin";

const from = (origin: string | null, host = "10.0.0.5:3000", fetchSite: string | null = null) => ({
  origin,
  host,
  fetchSite,
});

describe("isFromOwnPages", () => {
  it.each([
    [from("http://10.0.0.5:3000"), null, true],
    [from("https://10.0.0.5:3000"), null, true],
    [from("http://10.0.0.5:3001"), null, false],
    [from("http://evil.example"), null, false],
    [from("null"), null, false],
    [from(""), null, false],
    [from("https://panel.example", "10.0.0.5:3000"), "https://panel.example", true],
    [from("http://panel.example", "panel.example"), "https://panel.example", false],
    [from(null), null, true],
    [from(null, "10.0.0.5:3000", "same-origin"), null, true],
    [from(null, "10.0.0.5:3000", "cross-site"), null, false],
    [from(null, "10.0.0.5:3000", "same-site"), null, false],
  ])("%j of %s → %s", (whence, own, expected) => {
    expect(isFromOwnPages(whence, own)).toBe(expected);
  });
});

describe("isOwnHost", () => {
  it.each([
    ["127.0.0.1:3000", true],
    ["[::1]:3000", true],
    ["localhost", true],
    ["deploy-1:3000", true],
    ["DEPLOY-1", true],
    ["panel.example", true],
    ["rebound.evil.example:3000", false],
    ["127.0.0.1.evil.example", false],
    ["", false],
    [null, false],
  ])("%s → %s", (host, expected) => {
    expect(isOwnHost(host, "https://panel.example", "deploy-1")).toBe(expected);
  });
});
