"""Measures process pools of Python as the goals are measured: each line of input asks for a figure, and gets one line."""

import collections
import concurrent.futures
import multiprocessing
import os
import statistics
import sys
import time

WINDOW = 256
ITEMS = 1000000
PAYLOAD_BYTES = 100000000
IDLE_WORKERS = 4


def no_op():
    return 1


def add_one(x):
    return x + 1


def process_id():
    time.sleep(0.05)
    return os.getpid()


class Executor:
    """concurrent.futures.ProcessPoolExecutor"""

    def __init__(self, workers):
        self.pool = concurrent.futures.ProcessPoolExecutor(workers)

    def submit(self, function, *arguments):
        return self.pool.submit(function, *arguments).result

    def map(self, function, inputs):
        return list(self.pool.map(function, inputs, chunksize=1000))

    def close(self):
        self.pool.shutdown()


class Pool:
    """multiprocessing.Pool"""

    def __init__(self, workers):
        self.pool = multiprocessing.Pool(workers)

    def submit(self, function, *arguments):
        return self.pool.apply_async(function, arguments).get

    def map(self, function, inputs):
        return self.pool.map(function, inputs)

    def close(self):
        self.pool.close()
        self.pool.join()


class Joblib:
    """joblib.Parallel, which has no single tasks and runs one worker in the caller's own process"""

    def __init__(self, workers):
        import joblib

        self.delayed = joblib.delayed
        self.pool = joblib.Parallel(n_jobs=max(2, workers))
        self.pool.__enter__()

    def submit(self, function, *arguments):
        result = self.pool([self.delayed(function)(*arguments)])
        return lambda: result[0]

    def map(self, function, inputs):
        return self.pool(self.delayed(function)(x) for x in inputs)

    def close(self):
        self.pool.__exit__(None, None, None)


def join(pool, seconds, little):
    """microseconds"""
    nanos = []
    end = time.perf_counter() + seconds
    while True:
        before = time.perf_counter_ns()
        pool.submit(no_op)()
        nanos.append(time.perf_counter_ns() - before)
        if time.perf_counter() >= end:
            break
    nanos.sort()
    return statistics.median(nanos) / 1e3, nanos[len(nanos) * 99 // 100] / 1e3


def window(pool, seconds, little):
    """tasks per second"""
    in_flight = collections.deque(pool.submit(no_op) for _ in range(WINDOW))
    tasks = 0
    start = time.perf_counter()
    while True:
        in_flight.popleft()()
        in_flight.append(pool.submit(no_op))
        tasks += 1
        if time.perf_counter() - start >= seconds:
            break
    rate = tasks / (time.perf_counter() - start)
    for last in in_flight:
        last()
    return rate, None


def map_boxed(pool, seconds, little):
    """millions of items per second"""
    count = 1000 if little else ITEMS
    start = time.perf_counter()
    pool.map(add_one, range(count))
    return count / (time.perf_counter() - start) / 1e6, None


def payload(pool, seconds, little):
    """gigabytes per second"""
    data = bytes(1000 if little else PAYLOAD_BYTES)
    start = time.perf_counter()
    pool.submit(len, data)()
    return len(data) / (time.perf_counter() - start) / 1e9, None


def memory(pool, seconds, little):
    """megabytes per worker"""
    waiting = [pool.submit(process_id) for _ in range(1 if little else 4 * IDLE_WORKERS)]
    pids = set(result() for result in waiting)
    return statistics.median(pss(pid) for pid in pids), None


def pss(pid):
    with open("/proc/%d/smaps_rollup" % pid) as lines:
        return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) * 1024 / 1e6


def cold_start(pool, seconds, little):
    """milliseconds, with new interpreters instead of copies of this one"""
    start = time.perf_counter()
    with concurrent.futures.ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as fresh:
        fresh.submit(no_op).result()
        millis = (time.perf_counter() - start) * 1e3
    return millis, None


POOLS = {"executor": Executor, "pool": Pool, "joblib": Joblib}
WORKS = {
    "join": (join, 1),
    "window": (window, 1),
    "map": (map_boxed, os.cpu_count()),
    "payload": (payload, 1),
    "memory": (memory, IDLE_WORKERS),
    "cold": (cold_start, 0),
}


def main():
    work, workers = WORKS[sys.argv[2]]
    try:
        pool = POOLS[sys.argv[1]](workers) if workers else None
    except ImportError as missing:
        print(missing, flush=True)
        return
    print("ready", flush=True)
    for line in sys.stdin:
        seconds, amount = line.split()
        value, p99 = work(pool, float(seconds), amount == "little")
        print(value, "NaN" if p99 is None else p99, flush=True)
    if pool:
        pool.close()


if __name__ == "__main__":
    main()
