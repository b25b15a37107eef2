package org.charrnn.benchmark;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;

/** What Java's threads have allocated on the heap so far, collected since or not. */
final class HeapAllocation {
  private static final ThreadMXBean THREADS =
      ManagementFactory.getPlatformMXBean(ThreadMXBean.class);

  private HeapAllocation() {}

  /** In bytes, all threads that live together. */
  static long bytes() {
    return Arrays.stream(THREADS.getThreadAllocatedBytes(THREADS.getAllThreadIds()))
        .filter(bytes -> bytes > 0) // -1 of one that just ended
        .sum();
  }
}
