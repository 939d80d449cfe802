import { expect, test } from "vitest";
import { agentArgv, agentInfoSchema, endedSchema, saysNotThere, zinVersionCommand } from "@/contract/guest-agent";
import { parseVersionText } from "@/contract/suite-version";

test("asks the manual's domain, as one argument each", () => {
  const argv = agentArgv(zinVersionCommand);
  expect(argv.slice(0, 4)).toEqual(["virsh", "--quiet", "qemu-agent-command", "ZStack Management Node VM"]);
  expect(JSON.parse(argv.at(-1) ?? "")).toEqual(zinVersionCommand);
});

test("reads the agent's answers, and zin's four lines out of one", () => {
  const info = {
    return: { version: "5.2.0", supported_commands: [{ name: "guest-exec", enabled: true, "success-response": true }] },
  };
  expect(agentInfoSchema.parse(info).return.version).toBe("5.2.0");
  const out = Buffer.from("App Version: 1.5.6.0\nBuild Date: Fri Jul 28\nBranch Name: (detached\nCommit ID: c7dc57a\n");
  const ended = endedSchema.parse({ return: { exited: true, exitcode: 0, "out-data": out.toString("base64") } });
  const text = Buffer.from(ended.return["out-data"] ?? "", "base64").toString();
  expect(parseVersionText(text)?.version).toBe("1.5.6.0");
});

test("a program that is absent is told from an agent that is", () => {
  expect(saysNotThere("internal error: Failed to execute child process “zin” (No such file or directory)")).toBe(true);
  expect(saysNotThere("Guest agent is not responding: QEMU guest agent is not connected")).toBe(false);
});
