import { cva } from "class-variance-authority";

/** For links that look like buttons: `<Link className={buttonStyles({ variant: "primary" })}>`. Apart from the button, so that server components may call it. */
export const buttonStyles = cva(
  "inline-flex shrink-0 items-center justify-center gap-1.5 rounded-md border font-medium whitespace-nowrap select-none transition-colors duration-100 aria-disabled:cursor-not-allowed disabled:cursor-not-allowed [&_svg]:shrink-0",
  {
    variants: {
      variant: {
        primary:
          "border-transparent bg-accent text-on-accent hover:bg-accent-hover aria-disabled:border-line aria-disabled:bg-sunken aria-disabled:text-muted disabled:border-line disabled:bg-sunken disabled:text-muted",
        secondary:
          "border-line-strong/60 bg-panel text-ink hover:border-line-strong hover:bg-hover aria-disabled:border-line aria-disabled:bg-sunken aria-disabled:text-muted disabled:border-line disabled:bg-sunken disabled:text-muted",
        quiet:
          "border-transparent bg-transparent text-ink hover:bg-hover aria-disabled:bg-transparent aria-disabled:text-muted disabled:bg-transparent disabled:text-muted",
        danger:
          "border-failed-line bg-panel text-failed hover:bg-failed-soft aria-disabled:border-line aria-disabled:bg-sunken aria-disabled:text-muted disabled:border-line disabled:bg-sunken disabled:text-muted",
      },
      size: {
        md: "h-8 px-3 text-sm [&_svg]:size-4",
        sm: "h-7 px-2 text-xs [&_svg]:size-3.5",
        icon: "size-8 [&_svg]:size-4",
      },
    },
    defaultVariants: { variant: "secondary", size: "md" },
  },
);
