import { cn } from "@/components/ui/cn";

/** The trivet from above: three legs carry one ring; three nodes carry one management VM. */
export function Mark({ className }: { className?: string }) {
  return (
    <svg aria-hidden viewBox="0 0 32 32" fill="none" className={cn("size-6", className)}>
      <g stroke="currentColor" strokeWidth="3.25" strokeLinecap="round">
        <circle cx="16" cy="17" r="8.25" />
        <path d="M16 8.75V2.75M23.14 21.13l5.2 3M8.86 21.13l-5.2 3" />
      </g>
      <circle cx="16" cy="17" r="3" className="fill-accent" />
    </svg>
  );
}
