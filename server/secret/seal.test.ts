import { randomBytes } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { AppError } from "@/contract/errors";
import { keyIdIn, keyIdOf, seal, secretKeyBytes, unseal } from "@/server/secret/seal";

const key = randomBytes(secretKeyBytes);

const codeOf = (act: () => unknown): string => {
  try {
    act();
  } catch (error) {
    return error instanceof AppError ? error.code : String(error);
  }
  return "nothing thrown";
};

describe("seal", () => {
  it("gives back any text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        expect(unseal(key, "ref", seal(key, "ref", text))).toBe(text.toWellFormed());
      }),
    );
  });

  it("never gives the same sealed text twice, nor the value", () => {
    const value = "hunter2hunter2";
    const sealed = seal(key, "ref", value);
    expect(seal(key, "ref", value)).not.toBe(sealed);
    expect(sealed).not.toContain(value);
    expect(keyIdIn(sealed)).toBe(keyIdOf(key));
  });

  it("names the keys when the key is another one", () => {
    const other = randomBytes(secretKeyBytes);
    const sealed = seal(key, "ref", "value");
    expect(() => unseal(other, "ref", sealed)).toThrow(
      expect.objectContaining({
        code: "secret-unreadable",
        facts: expect.objectContaining({ sealedWith: keyIdOf(key), present: keyIdOf(other) }),
      }),
    );
  });

  it("does not open under another ref, changed, cut or of another form", () => {
    const sealed = seal(key, "ref", "value");
    const parts = sealed.split(".");
    const changed = [...parts.slice(0, 4), Buffer.from("abcde").toString("base64url")].join(".");
    const cut = [...parts.slice(0, 3), Buffer.from("tag").toString("base64url"), parts[4]].join(".");
    for (const text of [changed, cut, "", "v2.a.b.c.d", parts.slice(0, 4).join(".")]) {
      expect(codeOf(() => unseal(key, "ref", text))).toBe("secret-unreadable");
    }
    expect(codeOf(() => unseal(key, "another", sealed))).toBe("secret-unreadable");
  });
});
