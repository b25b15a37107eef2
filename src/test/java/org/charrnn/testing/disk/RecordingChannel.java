package org.charrnn.testing.disk;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;

/** A file of a {@link RecordingFileSystem}. */
final class RecordingChannel extends FileChannel {
  private final FileChannel channel;
  private final DiskLog log;
  private final Path path;
  private final int node;

  RecordingChannel(FileChannel channel, DiskLog log, Path path) throws IOException {
    this.channel = channel;
    this.log = log;
    this.path = path;
    node = log.node(path);
  }

  @Override
  public int write(ByteBuffer source) throws IOException {
    int written = write(source, channel.position());
    channel.position(channel.position() + written);
    return written;
  }

  @Override
  public int write(ByteBuffer source, long position) throws IOException {
    ByteString data = ByteString.copyFrom(source);
    for (ByteBuffer rest = data.asReadOnlyByteBuffer(); rest.hasRemaining(); ) {
      channel.write(rest, position + rest.position());
    }
    log.written(node, position, data);
    return data.size();
  }

  @Override
  public FileChannel truncate(long size) throws IOException {
    channel.truncate(size);
    log.truncated(node, size);
    return this;
  }

  @Override
  public void force(boolean metaData) throws IOException {
    log.forced(path); // the disk of this machine need not be forced
  }

  @Override
  public int read(ByteBuffer target) throws IOException {
    return channel.read(target);
  }

  @Override
  public long read(ByteBuffer[] targets, int offset, int length) throws IOException {
    return channel.read(targets, offset, length);
  }

  @Override
  public int read(ByteBuffer target, long position) throws IOException {
    return channel.read(target, position);
  }

  @Override
  public long position() throws IOException {
    return channel.position();
  }

  @Override
  public FileChannel position(long position) throws IOException {
    channel.position(position);
    return this;
  }

  @Override
  public long size() throws IOException {
    return channel.size();
  }

  @Override
  public FileLock lock(long position, long size, boolean shared) throws IOException {
    return channel.lock(position, size, shared);
  }

  @Override
  public FileLock tryLock(long position, long size, boolean shared) throws IOException {
    return channel.tryLock(position, size, shared);
  }

  @Override
  protected void implCloseChannel() throws IOException {
    channel.close();
  }

  @Override
  public long write(ByteBuffer[] sources, int offset, int length) {
    throw new UnsupportedOperationException();
  }

  @Override
  public long transferTo(long position, long count, WritableByteChannel target) {
    throw new UnsupportedOperationException();
  }

  @Override
  public long transferFrom(ReadableByteChannel source, long position, long count) {
    throw new UnsupportedOperationException();
  }

  @Override
  public MappedByteBuffer map(MapMode mode, long position, long size) {
    throw new UnsupportedOperationException();
  }
}
