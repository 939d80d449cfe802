"use client";

import { Check } from "lucide-react";
import { DropdownMenu } from "radix-ui";
import type { ReactNode } from "react";

export interface MenuProps {
  /** One focusable element that takes a ref. */
  trigger: ReactNode;
  align?: "start" | "center" | "end";
  side?: "top" | "right" | "bottom" | "left";
  children: ReactNode;
}

const itemStyles =
  "flex cursor-pointer items-center gap-2 rounded-sm px-2 py-1.5 text-sm outline-none select-none data-[highlighted]:bg-hover data-[disabled]:text-faint [&_svg]:size-4";

export function Menu({ trigger, align = "end", side = "bottom", children }: MenuProps) {
  return (
    <DropdownMenu.Root>
      <DropdownMenu.Trigger asChild>{trigger}</DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          align={align}
          side={side}
          sideOffset={6}
          collisionPadding={8}
          className="z-50 min-w-48 rounded-lg bg-raised p-1 shadow-pop"
        >
          {children}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}

export function MenuItem({ onSelect, children }: { onSelect: () => void; children: ReactNode }) {
  return (
    <DropdownMenu.Item className={itemStyles} onSelect={onSelect}>
      {children}
    </DropdownMenu.Item>
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
    <>
      <DropdownMenu.Label className="engraved px-2 pt-1.5 pb-1">{label}</DropdownMenu.Label>
      <DropdownMenu.RadioGroup aria-label={label} value={value} onValueChange={onValueChange}>
        {options.map((option) => (
          <DropdownMenu.RadioItem key={option.value} value={option.value} lang={option.lang} className={itemStyles}>
            <span className="flex size-4 items-center">
              <DropdownMenu.ItemIndicator>
                <Check aria-hidden />
              </DropdownMenu.ItemIndicator>
            </span>
            {option.label}
          </DropdownMenu.RadioItem>
        ))}
      </DropdownMenu.RadioGroup>
    </>
  );
}

export function MenuRule() {
  return <DropdownMenu.Separator className="-mx-1 my-1 h-px bg-line" />;
}
