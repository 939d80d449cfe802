import { describe, expect, it } from "vitest";
import { readEnvironment } from "@/server/env";

describe("readEnvironment", () => {
  it("has a default for everything", () => {
    const set = readEnvironment({});
    expect(set).toMatchObject({
      mode: "production",
      building: false,
      postgresqlUrl: null,
      origin: null,
      logLevel: "info",
    });
    expect(set.secretKeyFile).toBe(`${set.dataDirectory}/secret.key`);
  });

  it("takes what is set", () => {
    const set = readEnvironment({
      TRIVET_DATA: "/var/lib/trivet",
      TRIVET_SECRET_KEY_FILE: "/run/secrets/key",
      TRIVET_DATABASE_URL: "postgresql://trivet@db/trivet",
      TRIVET_ORIGIN: "https://panel.example/",
    });
    expect(set).toMatchObject({
      dataDirectory: "/var/lib/trivet",
      secretKeyFile: "/run/secrets/key",
      postgresqlUrl: "postgresql://trivet@db/trivet",
      origin: "https://panel.example",
    });
  });

  it.each([
    ["TRIVET_DATABASE_URL", "mysql://db"],
    ["TRIVET_ORIGIN", "panel.example"],
    ["TRIVET_ORIGIN", "ftp://panel.example"],
    ["TRIVET_LOG_LEVEL", "loud"],
    ["TRIVET_DATA", ""],
  ])("names %s when it is %j", (name, value) => {
    expect(() => readEnvironment({ [name]: value })).toThrow(name);
  });
});
