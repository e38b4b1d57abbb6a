// Measures workerpool as the goals are measured: each line of input asks for a figure, and gets one line.
"use strict";

const WINDOW = 256;

function noOp() {
  return 1;
}

/** Microseconds. */
async function join(pool, seconds) {
  const nanos = [];
  const end = process.hrtime.bigint() + BigInt(Math.round(seconds * 1e9));
  do {
    const before = process.hrtime.bigint();
    await pool.exec("noOp", []);
    nanos.push(Number(process.hrtime.bigint() - before));
  } while (process.hrtime.bigint() < end);
  nanos.sort((a, b) => a - b);
  return [nanos[nanos.length >> 1] / 1e3, nanos[Math.floor(nanos.length * 0.99)] / 1e3];
}

/** Tasks per second. */
async function window(pool, seconds) {
  const inFlight = [];
  for (let i = 0; i < WINDOW; i++) {
    inFlight.push(pool.exec("noOp", []));
  }
  const start = process.hrtime.bigint();
  const end = start + BigInt(Math.round(seconds * 1e9));
  let tasks = 0;
  do {
    await inFlight.shift();
    inFlight.push(pool.exec("noOp", []));
    tasks++;
  } while (process.hrtime.bigint() < end);
  const rate = tasks / (Number(process.hrtime.bigint() - start) / 1e9);
  await Promise.all(inFlight);
  return [rate, NaN];
}

async function main(workerpool) {
  const works = { join, window };
  const pool = workerpool.pool(__filename, { maxWorkers: 1, workerType: "process" });
  console.log("ready");
  const lines = require("readline").createInterface({ input: process.stdin });
  for await (const line of lines) {
    const [value, p99] = await works[process.argv[3]](pool, Number(line.split(" ")[0]));
    console.log(`${value} ${p99}`);
  }
  await pool.terminate(true);
}

let workerpool;
try {
  workerpool = require("workerpool");
} catch (missing) {
  console.log("node has no module workerpool");
}
if (workerpool && workerpool.isMainThread) {
  main(workerpool);
} else if (workerpool) {
  workerpool.worker({ noOp });
}
