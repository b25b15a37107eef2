package org.charrnn.nn.arrays;

import java.util.concurrent.locks.LockSupport;
import java.util.function.IntConsumer;

/**
 * Threads that compute the parts of a product together. It takes microseconds, so they wait for
 * each other by spinning, and sleep only if there is none for a while.
 *
 * <p>One thread at a time may use it. Close it.
 */
public final class CoreTeam implements Team, AutoCloseable {
  private static final int SPINS_BEFORE_SLEEP = 20_000; // about a millisecond
  private static final int SPINS_BEFORE_YIELD = 2_000;

  private final Member[] members;
  private IntConsumer task;
  private volatile boolean isClosed;
  private volatile long product; // counted from 1; its change publishes the task

  /** Starts a thread for each part but the first, which the calling thread computes. */
  public CoreTeam() {
    members = new Member[PARTS - 1];
    for (int i = 0; i < members.length; i++) {
      members[i] = new Member(i + 1);
      members[i].setDaemon(true);
      members[i].start();
    }
  }

  @Override
  public void run(IntConsumer task) {
    this.task = task;
    long current = product + 1;
    product = current;
    for (Member member : members) {
      if (member.sleeps) {
        LockSupport.unpark(member);
      }
    }
    RuntimeException failure = compute(0);
    for (Member member : members) {
      RuntimeException other = member.await(current);
      failure = failure == null ? other : failure;
    }
    if (failure != null) {
      throw failure;
    }
  }

  /** Computes a part, and returns a failure instead of throwing it. */
  private RuntimeException compute(int part) {
    try {
      task.accept(part);
      return null;
    } catch (RuntimeException e) {
      return e;
    }
  }

  /** A thread of the team. */
  private final class Member extends Thread {
    private final int part;
    private RuntimeException failure;
    private volatile boolean sleeps;
    private volatile long done; // the last product; its change publishes the results

    Member(int part) {
      super("team-" + part);
      this.part = part;
    }

    @Override
    public void run() {
      for (long next = 1; awaitTask(next); next++) {
        failure = compute(part);
        done = next;
      }
    }

    /** Returns whether there is another task. */
    private boolean awaitTask(long next) {
      for (int spins = 0; product < next && !isClosed; spins++) {
        if (spins < SPINS_BEFORE_SLEEP) {
          Thread.onSpinWait();
        } else {
          sleeps = true;
          if (product < next && !isClosed) {
            LockSupport.park(CoreTeam.this);
          }
          sleeps = false;
        }
      }
      return product >= next;
    }

    /** Waits for a part to be done. If the thread has no core, it is given this one. */
    @SuppressWarnings("ThreadPriorityCheck") // it only makes waiting cheaper
    RuntimeException await(long current) {
      for (int spins = 0; done < current; spins++) {
        if (spins < SPINS_BEFORE_YIELD) {
          Thread.onSpinWait();
        } else {
          Thread.yield();
        }
      }
      return failure;
    }
  }

  @Override
  public void close() {
    isClosed = true;
    for (Member member : members) {
      LockSupport.unpark(member);
    }
  }
}
