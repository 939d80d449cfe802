import { describe, expect, it } from "vitest";
import { Scrubber } from "@/server/secret/scrub";

const knowing = (...values: string[]): Scrubber => {
  const scrubber = new Scrubber();
  for (const value of values) scrubber.learn(value, "node-password");
  return scrubber;
};

describe("Scrubber", () => {
  it("replaces a secret wherever it stands, with what it was for", () => {
    expect(knowing("s3cret-pa$$").scrub("-p s3cret-pa$$ and s3cret-pa$$!")).toBe(
      "-p «node-password» and «node-password»!",
    );
  });

  it("knows the forms JSON, URLs and base64 give it", () => {
    const value = 'pa"ss\\wörd /?';
    const scrubber = knowing(value);
    for (const text of [JSON.stringify({ value }), encodeURIComponent(value), Buffer.from(value).toString("base64")]) {
      const scrubbed = scrubber.scrub(text);
      expect(scrubbed).toContain("«node-password»");
      expect(scrubbed).not.toContain("wörd");
      expect(scrubbed).not.toContain("w%C3%B6rd");
    }
  });

  it("replaces each line of a key, as programs print them one by one", () => {
    const key = "-----BEGIN KEY-----\nAAAAB3NzaC1lZDI1\nQyNTUxOQAAACDx\n-----END KEY-----\n";
    expect(knowing(key).scrub("read: QyNTUxOQAAACDx")).toBe("read: «node-password»");
  });

  it("leaves nothing of a secret that contains another", () => {
    expect(knowing("abc-12-def", "abc-12-defghij").scrub("x abc-12-defghij y")).toBe("x «node-password» y");
  });

  describe("a weak secret", () => {
    const sentence = "The root password was refused: wrong password.";

    it("leaves the panel's own sentences alone: replacing the word would tell the secret", () => {
      for (const weak of ["password", "wrong", "refused"]) expect(knowing(weak).scrub(sentence)).toBe(sentence);
    });

    it("is replaced in what programs print, where it stands by itself", () => {
      const scrubber = knowing("password");
      expect(scrubber.scrub("login root/password ok\n", "program")).toBe("login root/«node-password» ok\n");
      expect(scrubber.scrub("--password-file passwords", "program")).toBe("--«node-password»-file passwords");
      expect(knowing("1234").scrub("port 12345 at 1234", "program")).toBe("port 12345 at «node-password»");
    });

    it("has encoded forms nobody writes by chance: those go everywhere", () => {
      const encoded = Buffer.from("password").toString("base64");
      expect(knowing("password").scrub(`Authorization: ${encoded}`)).toBe("Authorization: «node-password»");
    });

    it.each(["Zs-7pass", "password1", "correct horse"])(
      "%s is none: it goes everywhere, also inside words",
      (strong) => {
        expect(knowing(strong).scrub(`x${strong}y`)).toBe("x«node-password»y");
      },
    );

    it("of three characters is never replaced", () => {
      expect(knowing("abc").scrub("abc", "program")).toBe("abc");
    });
  });

  it("learns later ones too and knows nothing at first", () => {
    const scrubber = new Scrubber();
    expect(scrubber.scrub("first-secret")).toBe("first-secret");
    scrubber.learn("first-secret");
    expect(scrubber.scrub("first-secret other-secret")).toBe("«secret» other-secret");
    scrubber.learn("other-secret");
    expect(scrubber.scrub("first-secret other-secret")).toBe("«secret» «secret»");
  });
});
