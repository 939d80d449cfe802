import { expect, test } from "vitest";
import { votersIn } from "@/server/steps/nodes/ha-membership";

test("a server that only listens yet is none of the voters", () => {
  const peers = `Node        ID                                    Address          State     Voter  RaftProtocol
10.77.1.11  0c6a2b0e-5a5c-6c2f-5f5b-3f9d5a3c9f11  10.77.1.11:8300  leader    true   3
10.77.1.12  8b9b7a49-7f0e-43d1-a6b1-5f6f0c1b2a12  10.77.1.12:8300  follower  false  3
10.77.1.13  5b1b1f7c-1f0d-4b0c-9a55-6b5c1e3f2a13  10.77.1.13:8300  follower  true   3
`;
  expect(votersIn(peers)).toEqual(["10.77.1.11", "10.77.1.13"]);
});
