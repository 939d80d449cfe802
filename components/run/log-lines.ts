export interface LogLine {
  readonly seq: number;
  readonly at: string;
  readonly attempt: number;
  readonly stream: "stdout" | "stderr" | "note" | "command";
  readonly text: string;
  /** The line's end has not come yet. */
  readonly isOpen: boolean;
}

export const noLines: readonly LogLine[] = [];

/** More would make the tab slow; the older ones stay in the journal and in the report. */
const linesKeptMax = 5_000;

/** CSI sequences (colours, cursor) and OSC titles: the log is read, not played. */
const terminalCodes = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007]*\u0007)/g;

/** Splits text into lines; an unfinished one goes on with the next text of its stream. `\r` overwrites, as on a terminal. */
export function appendText(
  lines: readonly LogLine[],
  where: Pick<LogLine, "seq" | "at" | "attempt" | "stream">,
  text: string,
): readonly LogLine[] {
  const pieces = text.replaceAll(terminalCodes, "").split("\n");
  const isFinished = pieces.at(-1) === "";
  if (isFinished) pieces.pop();
  const last = lines.at(-1);
  const goesOn = last?.isOpen === true && last.stream === where.stream && last.attempt === where.attempt;
  const kept = goesOn ? lines.slice(0, -1) : lines;
  const fresh = pieces.map((piece, index): LogLine => {
    const whole = goesOn && index === 0 ? last.text + piece : piece;
    return { ...where, text: afterReturn(whole), isOpen: !isFinished && index === pieces.length - 1 };
  });
  return [...kept, ...fresh].slice(-linesKeptMax);
}

function afterReturn(line: string): string {
  const trimmed = line.replace(/\r+$/, "");
  return trimmed.slice(trimmed.lastIndexOf("\r") + 1);
}
