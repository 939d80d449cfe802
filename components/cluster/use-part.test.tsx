// @vitest-environment happy-dom
import { cleanup, renderHook } from "@testing-library/react";
import { afterEach, expect, test } from "vitest";
import { haStatusFixture } from "@/components/cluster/fixtures/cluster-status-fixture";
import { usePart } from "@/components/cluster/use-part";
import type { HaStatus } from "@/contract/ha-status";
import { known, type Observed, unknown } from "@/contract/observed";

afterEach(cleanup);

const at = (seconds: number): string => new Date(Date.parse("2026-11-23T10:00:00.000Z") + seconds * 1000).toISOString();
const history = ({ history: records }: HaStatus) => ({ records });
const following = (first: Observed<HaStatus>) =>
  renderHook(({ reading }) => usePart(reading, history), { initialProps: { reading: first } });

test("is the former object while what stands elsewhere changes, and takes the newer time in time", () => {
  const status = haStatusFixture(at(0));
  const { result, rerender } = following(known(status, at(0)));
  const before = result.current;
  rerender({ reading: known({ ...status, managementIps: ["10.0.0.9"] }, at(2)) });
  expect(result.current).toBe(before);
  rerender({ reading: known({ ...status, managementIps: ["10.0.0.9"] }, at(30)) });
  expect(result.current).toEqual({ ...before, at: at(30) });
});

test("follows its own change, and doubt, at once", () => {
  const status = haStatusFixture(at(0));
  const { result, rerender } = following(known(status, at(0)));
  rerender({ reading: known({ ...status, history: [] }, at(1)) });
  expect(result.current).toEqual(known({ records: [] }, at(1)));
  const doubt = unknown<HaStatus>("nobody answers", at(2));
  rerender({ reading: doubt });
  expect(result.current).toBe(doubt);
});
