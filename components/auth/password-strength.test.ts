import { describe, expect, it } from "vitest";
import { passwordStrength } from "@/components/auth/password-strength";

describe("passwordStrength", () => {
  it.each([
    ["", "admin", "empty"],
    ["short", "admin", "too-short"],
    ["password12", "ops", "common"],
    ["adminadmin", "ops", "common"],
    ["carol-and-the-rest", "carol", "name"],
    ["1234567890", "ops", "repetitive"],
    ["aaaaaaaaaaaa", "ops", "repetitive"],
    ["3719204862", "ops", "weak"],
    ["tknrxqhbzd", "ops", "fair"],
    ["copper kettle nine geese", "ops", "strong"],
    ["三足架撑起一口锅稳当", "ops", "strong"],
  ])("judges %j of %s as %s", (password, username, kind) => {
    expect(passwordStrength(password, username).kind).toBe(kind);
  });

  it("says how many characters are missing, counting signs and not bytes", () => {
    expect(passwordStrength("三足架", "ops")).toEqual({ kind: "too-short", missing: 7 });
  });
});
