// Next refuses "server-only" in client bundles; under vitest the marker must be importable.
export {};
