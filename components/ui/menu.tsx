"use client";

import { Check } from "lucide-react";
import {
  cloneElement,
  type KeyboardEvent,
  type ReactNode,
  useCallback,
  useEffect,
  useId,
  useRef,
  useState,
} from "react";
import { Floating } from "@/components/ui/floating";
import { nextMenuItem } from "@/components/ui/menu-keys";
import type { Align, Side } from "@/components/ui/place-beside";
import type { Trigger } from "@/components/ui/popover";

export interface MenuProps {
  trigger: Trigger;
  align?: Align;
  side?: Side;
  children: ReactNode;
}

const itemStyles =
  "flex w-full cursor-pointer items-center gap-2 rounded-sm px-2 py-1.5 text-left text-sm outline-none select-none focus:bg-hover hover:bg-hover [&_svg]:size-4";
const itemSelector = '[role="menuitem"],[role="menuitemradio"]';

const itemsOf = (panel: HTMLElement | null): HTMLElement[] => [
  ...(panel?.querySelectorAll<HTMLElement>(itemSelector) ?? []),
];

/** Arrow keys, Home, End and first letters move in it; Tab and Escape leave it. */
export function Menu({ trigger, align = "end", side = "bottom", children }: MenuProps) {
  const [open, setOpen] = useState(false);
  const anchor = useRef<HTMLButtonElement>(null);
  const id = useId();
  const close = useCallback(() => setOpen(false), []);
  useEffect(() => {
    if (!open) return;
    const items = itemsOf(document.getElementById(id));
    (items.find((item) => item.getAttribute("aria-checked") === "true") ?? items[0])?.focus();
  }, [open, id]);

  const press = (event: KeyboardEvent<HTMLElement>): void => {
    if (event.key === "Tab") return close();
    const items = itemsOf(event.currentTarget);
    const at = items.findIndex((item) => item === document.activeElement);
    const next = nextMenuItem(
      event.key,
      at,
      items.map((item) => item.textContent),
    );
    if (next === null) return;
    event.preventDefault();
    items[next]?.focus();
  };

  return (
    <>
      {cloneElement(trigger, {
        ref: anchor,
        id: `${id}-trigger`,
        "aria-haspopup": "menu",
        "aria-expanded": open,
        "aria-controls": open ? id : undefined,
        onClick: () => setOpen(!open),
        onKeyDown: (event) => {
          if (event.key !== "ArrowDown") return;
          event.preventDefault();
          setOpen(true);
        },
      })}
      {open && (
        <Floating
          anchor={anchor}
          close={close}
          side={side}
          align={align}
          id={id}
          role="menu"
          tabIndex={-1}
          aria-labelledby={`${id}-trigger`}
          className="min-w-48 p-1"
          onKeyDown={press}
          onClick={(event) => {
            if (event.target instanceof Element && event.target.closest(itemSelector) !== null) close();
          }}
        >
          {children}
        </Floating>
      )}
    </>
  );
}

export function MenuItem({ onSelect, children }: { onSelect: () => void; children: ReactNode }) {
  return (
    <button type="button" role="menuitem" tabIndex={-1} className={itemStyles} onClick={onSelect}>
      {children}
    </button>
  );
}

export interface MenuChoiceProps {
  label: string;
  value: string;
  onValueChange: (value: string) => void;
  options: readonly { value: string; label: ReactNode; lang?: string }[];
}

export function MenuChoice({ label, value, onValueChange, options }: MenuChoiceProps) {
  return (
    <fieldset className="min-w-0">
      <legend className="engraved px-2 pt-1.5 pb-1">{label}</legend>
      {options.map((option) => (
        <button
          key={option.value}
          type="button"
          role="menuitemradio"
          aria-checked={option.value === value}
          tabIndex={-1}
          lang={option.lang}
          className={itemStyles}
          onClick={() => onValueChange(option.value)}
        >
          <span className="flex size-4 items-center">{option.value === value && <Check aria-hidden />}</span>
          {option.label}
        </button>
      ))}
    </fieldset>
  );
}

export function MenuRule() {
  return <hr className="-mx-1 my-1 border-line" />;
}
