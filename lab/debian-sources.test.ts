import { describe, expect, test } from "vitest";
import { bookwormSources, parseIndexTargets } from "@/lab/debian-sources";

const DEBIAN = `http://mirror.example/debian/|Debian|Debian
http://mirror.example/debian-security/|Debian|Debian-Security
https://tools.example/apt|Tools|Tools`;

describe("where the host gets Debian from", () => {
  test("finds main and security by origin and label, not by host name", () => {
    expect(parseIndexTargets(DEBIAN)).toEqual({
      main: "http://mirror.example/debian/",
      security: "http://mirror.example/debian-security/",
    });
  });

  test("knows none on another distribution", () => {
    expect(parseIndexTargets("http://mirror.example/ubuntu|Ubuntu|Ubuntu")).toEqual({ main: null, security: null });
  });

  test("writes signed sources for the nodes' release, security only when the host has it", () => {
    const text = bookwormSources({ main: "http://mirror.example/debian", security: null });
    expect(text.trim().split("\n")).toEqual([
      expect.stringMatching(/^deb \[signed-by=.*\] http:\/\/mirror\.example\/debian bookworm main$/),
      expect.stringMatching(/ bookworm-updates main$/),
    ]);
  });
});
