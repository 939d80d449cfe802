"use client";

import "@xterm/xterm/css/xterm.css";
import { FitAddon } from "@xterm/addon-fit";
import { SearchAddon } from "@xterm/addon-search";
import { Terminal } from "@xterm/xterm";
import { ChevronDown, ChevronUp } from "lucide-react";
import { useTranslations } from "next-intl";
import { useTheme } from "next-themes";
import { type FormEvent, type KeyboardEvent, useEffect, useRef, useState } from "react";
import { addedText } from "@/components/run/raw-output";
import { Button } from "@/components/ui/button";
import { Input } from "@/components/ui/input";

/** Lines above the screen. More costs the tab memory; the download has them all. */
const scrollbackLines = 20_000;
const fontPx = 12;
const matchesHighlightedMax = 1_000;

interface Parts {
  readonly terminal: Terminal;
  readonly search: SearchAddon;
}

/** What the commands printed as a terminal shows it: colours, progress bars, overwritten lines. Read only; loaded when it is asked for. */
export function RunTerminal({ text, label }: { text: string; label: string }) {
  const t = useTranslations("run.terminal");
  const { resolvedTheme } = useTheme();
  const box = useRef<HTMLDivElement>(null);
  const parts = useRef<Parts | null>(null);
  const written = useRef("");
  const [wanted, setWanted] = useState("");
  const [found, setFound] = useState<{ index: number; count: number } | null>(null);

  useEffect(() => {
    const element = box.current;
    if (element === null) return;
    const terminal = new Terminal({
      allowProposedApi: true,
      convertEol: true,
      disableStdin: true,
      fontFamily: getComputedStyle(element).fontFamily,
      fontSize: fontPx,
      scrollback: scrollbackLines,
      screenReaderMode: true,
      cursorInactiveStyle: "none",
    });
    const fit = new FitAddon();
    const search = new SearchAddon({ highlightLimit: matchesHighlightedMax });
    terminal.loadAddon(fit);
    terminal.loadAddon(search);
    terminal.open(element);
    // Tab leaves it as it leaves everything else: nothing can be typed here.
    terminal.attachCustomKeyEventHandler((event) => event.key !== "Tab");
    search.onDidChangeResults(({ resultIndex, resultCount }) =>
      setFound({ index: resultIndex + 1, count: resultCount }),
    );
    const resized = new ResizeObserver(() => fit.fit());
    resized.observe(element);
    parts.current = { terminal, search };
    written.current = "";
    return () => {
      resized.disconnect();
      terminal.dispose();
      parts.current = null;
    };
  }, []);

  useEffect(() => {
    const terminal = parts.current?.terminal;
    if (terminal === undefined || box.current === null) return;
    paint(terminal, box.current);
  }, [resolvedTheme]);

  useEffect(() => {
    const terminal = parts.current?.terminal;
    if (terminal === undefined) return;
    const added = addedText(written.current, text);
    if (added === null) terminal.reset();
    terminal.write(added ?? text);
    written.current = text;
  }, [text]);

  const look = (direction: "next" | "previous", term = wanted): void => {
    const search = parts.current?.search;
    if (search === undefined) return;
    if (term === "") {
      search.clearDecorations();
      setFound(null);
      return;
    }
    const options = { decorations: decorations(box.current) };
    if (direction === "next") search.findNext(term, options);
    else search.findPrevious(term, options);
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    look("next");
  };
  const onKey = (event: KeyboardEvent): void => {
    if (event.key === "Enter" && event.shiftKey) {
      event.preventDefault();
      look("previous");
    }
  };

  return (
    <div className="flex flex-col">
      <form onSubmit={submit} className="flex flex-wrap items-center gap-1 border-b border-line px-2 py-1">
        <Input
          type="search"
          aria-label={t("find")}
          placeholder={t("find")}
          value={wanted}
          onChange={(event) => {
            setWanted(event.target.value);
            look("next", event.target.value);
          }}
          onKeyDown={onKey}
          className="h-7 w-48 min-w-32 flex-1"
        />
        <span aria-live="polite" className="min-w-16 text-xs text-muted">
          {found !== null && wanted !== "" && t("matches", found)}
        </span>
        <Button variant="quiet" size="icon" aria-label={t("previous")} onClick={() => look("previous")}>
          <ChevronUp aria-hidden />
        </Button>
        <Button variant="quiet" size="icon" aria-label={t("next")} onClick={() => look("next")}>
          <ChevronDown aria-hidden />
        </Button>
      </form>
      <section aria-label={label} ref={box} className="h-80 overflow-hidden bg-sunken px-2 py-1 font-mono" />
    </div>
  );
}

function paint(terminal: Terminal, element: HTMLElement): void {
  const style = getComputedStyle(element);
  terminal.options.theme = themeOf((name) => style.getPropertyValue(name).trim());
}

/** The house's own inks for the sixteen colours programs ask for by number: readable in both themes. */
const themeOf = (token: (name: string) => string) => ({
  background: token("--sunken"),
  foreground: token("--ink"),
  cursor: token("--sunken"),
  selectionBackground: token("--accent-soft"),
  black: token("--ink"),
  red: token("--failed"),
  green: token("--good"),
  yellow: token("--needs"),
  blue: token("--accent"),
  magenta: token("--accent"),
  cyan: token("--accent"),
  white: token("--muted"),
  brightBlack: token("--muted"),
  brightRed: token("--failed"),
  brightGreen: token("--good"),
  brightYellow: token("--needs"),
  brightBlue: token("--accent"),
  brightMagenta: token("--accent"),
  brightCyan: token("--accent"),
  brightWhite: token("--ink"),
});

function decorations(element: HTMLElement | null) {
  const style = element === null ? null : getComputedStyle(element);
  const token = (name: string): string => style?.getPropertyValue(name).trim() ?? "";
  return {
    matchBackground: token("--needs-soft"),
    matchBorder: token("--needs-line"),
    matchOverviewRuler: token("--needs-mark"),
    activeMatchBackground: token("--accent-soft"),
    activeMatchBorder: token("--accent"),
    activeMatchColorOverviewRuler: token("--accent"),
  };
}
