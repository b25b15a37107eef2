package org.charrnn.benchmark;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;

/** Counts the bytes that Java threads have allocated on the heap, including garbage. */
final class HeapAllocation {
  private static final ThreadMXBean THREADS =
      ManagementFactory.getPlatformMXBean(ThreadMXBean.class);

  private HeapAllocation() {}

  /** Returns the bytes allocated so far by all threads that are alive. */
  static long bytes() {
    return Arrays.stream(THREADS.getThreadAllocatedBytes(THREADS.getAllThreadIds()))
        .filter(bytes -> bytes > 0) // -1 for a thread that has ended
        .sum();
  }
}
