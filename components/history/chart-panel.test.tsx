// @vitest-environment happy-dom
import { cleanup, fireEvent, render, screen } from "@testing-library/react";
import { NextIntlClientProvider } from "next-intl";
import { afterEach, expect, test } from "vitest";
import { ChartPanel } from "@/components/history/chart-panel";
import type { ChartSpec } from "@/components/history/history-charts";
import { useFigureText } from "@/components/history/use-figure-text";
import type { HistoryPage } from "@/contract/history";
import messages from "@/messages/en/history.json";

const spec: ChartSpec = {
  id: "load",
  unit: "count",
  lines: [{ subject: { kind: "node", node: "ceph-1" }, metric: "load", label: { name: "ceph-1" } }],
};
const from = 1_795_300_200;
const pageOf = (average: (number | null)[]): HistoryPage => ({
  ...{ from, bucketSeconds: 300, buckets: 4 },
  subjects: [{ subject: { kind: "node", node: "ceph-1" }, series: [{ metric: "load", average, extremes: null }] }],
});
const marks = [{ key: "1", seconds: from + 310, label: "ceph-2 took over" }];

function Shown({ page }: { page: HistoryPage }) {
  return <ChartPanel spec={spec} page={page} range="24h" marks={marks} text={useFigureText()} />;
}
const show = (page: HistoryPage) =>
  render(
    <NextIntlClientProvider locale="en" messages={{ history: messages }}>
      <Shown page={page} />
    </NextIntlClientProvider>,
  );
afterEach(cleanup);

test("the newest figure stands in the legend; a chosen moment is read out with what happened, a gap as unknown", () => {
  show(pageOf([1, 2, null, 4]));
  const plot = screen.getByRole("slider", { name: "Load" });
  expect(plot.getAttribute("aria-valuetext")).toMatch(/ceph-1 4$/);
  fireEvent.change(plot, { target: { value: "1" } });
  expect(plot.getAttribute("aria-valuetext")).toMatch(/ceph-1 2, ceph-2 took over$/);
  fireEvent.change(plot, { target: { value: "2" } });
  expect(plot.getAttribute("aria-valuetext")).toMatch(/ceph-1 unknown$/);
});

test("the same figures are a table once it is opened", () => {
  const { container } = show(pageOf([1, 2, null, 4]));
  const details = container.querySelector("details");
  if (details === null) throw new Error("no table to open");
  details.open = true;
  fireEvent(details, new Event("toggle"));
  expect(screen.getAllByRole("cell").map(({ textContent }) => textContent)).toEqual(["1", "2", "unknown", "4"]);
});

test("nothing recorded is said in words, not drawn as a line at zero", () => {
  const { container } = show(pageOf([null, null, null, null]));
  expect(screen.getByText("Nothing was recorded in this time.")).toBeTruthy();
  expect(container.querySelector("path")).toBeNull();
});
