package org.charrnn.spark;

import java.io.File;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;
import org.bytedeco.javacpp.Loader;

/**
 * The class path of the executors. Unless spark-submit or the user has set one, the program's jars
 * are sent to the executors, except native jars for other platforms. A program that runs from class
 * directories is loaded from the same local paths.
 */
final class ExecutorClassPath {
  private static final String JARS = "spark.jars";
  private static final String CLASS_PATH = "spark.executor.extraClassPath";
  private static final Pattern PLATFORM_SUFFIX =
      Pattern.compile("-((linux|macosx|windows)-[a-z0-9_]+)\\.jar$");

  private ExecutorClassPath() {}

  static void set(SparkConf conf) {
    if (conf.contains(JARS) || conf.contains(CLASS_PATH)) {
      return;
    }
    List<Path> entries = programClassPath();
    if (entries.stream().allMatch(Files::isRegularFile)) {
      Path sparkJars = sparkJarDirectory();
      conf.set(
          JARS,
          entries.stream()
              .filter(jar -> !jar.getParent().equals(sparkJars) && runsOnThisPlatform(jar))
              .map(jar -> jar.toUri().toString())
              .collect(Collectors.joining(",")));
    } else {
      conf.set(
          CLASS_PATH,
          entries.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator)));
    }
  }

  /** TensorFlow has a jar of several hundred megabytes for each platform. */
  private static boolean runsOnThisPlatform(Path jar) {
    Matcher platform = PLATFORM_SUFFIX.matcher(jar.getFileName().toString());
    return !platform.find() || platform.group(1).equals(Loader.getPlatform());
  }

  /**
   * Returns the class path of this program. Under Maven's exec:java only the context class loader
   * knows it, since {@code java.class.path} is Maven's own.
   */
  private static List<Path> programClassPath() {
    if (Thread.currentThread().getContextClassLoader() instanceof URLClassLoader loader) {
      return Arrays.stream(loader.getURLs()).map(ExecutorClassPath::path).toList();
    }
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
        .map(entry -> Path.of(entry).toAbsolutePath())
        .filter(Files::exists)
        .toList();
  }

  private static Path sparkJarDirectory() {
    return path(SparkContext.class.getProtectionDomain().getCodeSource().getLocation()).getParent();
  }

  private static Path path(URL url) {
    try {
      return Path.of(new URI(url.toString()));
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e); // the URLs of class loaders are valid URIs
    }
  }
}
