package org.charrnn.testing.disk;

import static org.charrnn.testing.disk.RecordingPath.unwrap;

import java.io.IOException;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.AccessMode;
import java.nio.file.CopyOption;
import java.nio.file.DirectoryStream;
import java.nio.file.FileStore;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileAttributeView;
import java.nio.file.spi.FileSystemProvider;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Does what the provider of this machine does, and records all changes. */
final class RecordingProvider extends FileSystemProvider {
  private final DiskLog log;
  private final RecordingFileSystem fileSystem;
  private final FileSystemProvider provider;

  RecordingProvider(DiskLog log, RecordingFileSystem fileSystem) {
    this.log = log;
    this.fileSystem = fileSystem;
    provider = log.root().getFileSystem().provider();
  }

  @Override
  public FileChannel newFileChannel(
      Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
      throws IOException {
    Path file = unwrap(path);
    boolean isNew = Files.notExists(file, LinkOption.NOFOLLOW_LINKS);
    FileChannel channel = provider.newFileChannel(file, options, attributes);
    if (isNew) {
      log.created(file, false);
    } else if (options.contains(StandardOpenOption.TRUNCATE_EXISTING)) {
      log.truncated(log.node(file), 0);
    }
    return file.startsWith(log.root()) ? new RecordingChannel(channel, log, file) : channel;
  }

  @Override
  public SeekableByteChannel newByteChannel(
      Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
      throws IOException {
    return newFileChannel(path, options, attributes);
  }

  @Override
  public void createDirectory(Path path, FileAttribute<?>... attributes) throws IOException {
    provider.createDirectory(unwrap(path), attributes);
    log.created(unwrap(path), true);
  }

  @Override
  public void createLink(Path link, Path existing) throws IOException {
    provider.createLink(unwrap(link), unwrap(existing));
    log.linked(unwrap(link), unwrap(existing));
  }

  @Override
  public void delete(Path path) throws IOException {
    int node = log.node(unwrap(path));
    provider.delete(unwrap(path));
    log.removed(unwrap(path), node);
  }

  @Override
  public void move(Path source, Path target, CopyOption... options) throws IOException {
    log.discover(unwrap(source));
    provider.move(unwrap(source), unwrap(target), options);
    log.renamed(unwrap(source), unwrap(target));
  }

  @Override
  public DirectoryStream<Path> newDirectoryStream(
      Path path, DirectoryStream.Filter<? super Path> filter) throws IOException {
    List<Path> paths = new ArrayList<>();
    try (DirectoryStream<Path> stream = provider.newDirectoryStream(unwrap(path), p -> true)) {
      for (Path child : stream) {
        if (filter.accept(fileSystem.path(child))) {
          paths.add(fileSystem.path(child));
        }
      }
    }
    return new DirectoryStream<>() {
      @Override
      public Iterator<Path> iterator() {
        return paths.iterator();
      }

      @Override
      public void close() {}
    };
  }

  @Override
  public boolean isSameFile(Path path, Path other) throws IOException {
    return provider.isSameFile(unwrap(path), unwrap(other));
  }

  @Override
  public boolean isHidden(Path path) throws IOException {
    return provider.isHidden(unwrap(path));
  }

  @Override
  public FileStore getFileStore(Path path) throws IOException {
    return provider.getFileStore(unwrap(path));
  }

  @Override
  public void checkAccess(Path path, AccessMode... modes) throws IOException {
    provider.checkAccess(unwrap(path), modes);
  }

  @Override
  public <V extends FileAttributeView> V getFileAttributeView(
      Path path, Class<V> type, LinkOption... options) {
    return provider.getFileAttributeView(unwrap(path), type, options);
  }

  @Override
  public <A extends BasicFileAttributes> A readAttributes(
      Path path, Class<A> type, LinkOption... options) throws IOException {
    return provider.readAttributes(unwrap(path), type, options);
  }

  @Override
  public Map<String, Object> readAttributes(Path path, String attributes, LinkOption... options)
      throws IOException {
    return provider.readAttributes(unwrap(path), attributes, options);
  }

  @Override
  public void setAttribute(Path path, String attribute, Object value, LinkOption... options) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void copy(Path source, Path target, CopyOption... options) {
    throw new UnsupportedOperationException();
  }

  @Override
  public String getScheme() {
    return "recording";
  }

  @Override
  public FileSystem newFileSystem(URI uri, Map<String, ?> environment) {
    throw new UnsupportedOperationException();
  }

  @Override
  public FileSystem getFileSystem(URI uri) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Path getPath(URI uri) {
    throw new UnsupportedOperationException();
  }
}
