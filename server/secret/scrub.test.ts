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
    expect(knowing("abcdef", "abcdefghij").scrub("x abcdefghij y")).toBe("x «node-password» y");
  });

  it("does not blank out ordinary text for a very short secret", () => {
    expect(knowing("1234").scrub("port 12345 at 1234")).toBe("port 12345 at 1234");
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
