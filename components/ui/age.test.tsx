// @vitest-environment happy-dom
import { act, cleanup, fireEvent, render, screen } from "@testing-library/react";
import { renderToString } from "react-dom/server";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Age, ageSeconds } from "@/components/ui/age";

const at = "2026-11-22T14:00:00.000Z";
const age = (offsetMs = 0) => (
  <Age
    at={at}
    absolute={(iso) => iso.slice(0, 19).replace("T", " ")}
    format={(seconds) => `${seconds} s ago`}
    staleAfterSeconds={30}
    staleLabel="stale"
    clockOffsetMs={offsetMs}
  />
);

beforeEach(() => vi.useFakeTimers({ now: Date.parse(at) + 12_000 }));
afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

describe("Age", () => {
  it("tells seconds, goes on counting, and says when it is stale", () => {
    render(age());
    expect(screen.getByText("12 s ago")).toBeDefined();
    act(() => void vi.advanceTimersByTime(18_000));
    expect(screen.getByText("30 s ago")).toBeDefined();
    expect(screen.queryByText("stale")).toBeNull();
    act(() => void vi.advanceTimersByTime(1000));
    expect(screen.getByText("stale")).toBeDefined();
  });

  it("goes by the newest confirmation without being drawn anew, and names it when pointed at", () => {
    let confirmed = at;
    render(
      <Age at={at} absolute={(iso) => iso} format={(seconds) => `${seconds} s ago`} confirmedAt={() => confirmed} />,
    );
    confirmed = "2026-11-22T14:00:10.000Z";
    act(() => void vi.advanceTimersByTime(1000));
    const shown = screen.getByText("3 s ago");
    expect(shown.title).toBe(at);
    fireEvent.pointerEnter(shown);
    expect(shown.title).toBe(confirmed);
  });

  it("counts by the clock that made the time, not by the browser's", () => {
    render(age(60_000));
    expect(screen.getByText(/72 s ago/)).toBeDefined();
  });

  it("shows the moment itself where no clock is agreed on: in the server's page", () => {
    expect(renderToString(age())).toContain(">2026-11-22 14:00:00<");
  });
});

describe("ageSeconds", () => {
  it("is never negative, and null for no date", () => {
    expect(ageSeconds(at, Date.parse(at) - 5000)).toBe(0);
    expect(ageSeconds("never", 0)).toBeNull();
  });
});
