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
 * What executors load this program from. Its jars are sent to them, but for those of other platforms
 * than this machine's, unless spark-submit or a person says otherwise; a program that was only
 * compiled they read from where it is.
 */
final class ExecutorClassPath {
  private static final String JARS = "spark.jars";
  private static final String CLASS_PATH = "spark.executor.extraClassPath";
  private static final Pattern PLATFORM =
      Pattern.compile("-((linux|macosx|windows)-[a-z0-9_]+)\\.jar$");

  private ExecutorClassPath() {}

  static void set(SparkConf conf) {
    if (conf.contains(JARS) || conf.contains(CLASS_PATH)) {
      return;
    }
    List<Path> ours = ofThisProgram();
    if (ours.stream().allMatch(Files::isRegularFile)) {
      Path spark = directoryOfSpark();
      conf.set(
          JARS,
          ours.stream()
              .filter(jar -> !jar.getParent().equals(spark) && isOfThisPlatform(jar))
              .map(jar -> jar.toUri().toString())
              .collect(Collectors.joining(",")));
    } else {
      conf.set(
          CLASS_PATH,
          ours.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator)));
    }
  }

  /** TensorFlow has a jar of some hundred megabytes for each platform. */
  private static boolean isOfThisPlatform(Path jar) {
    Matcher platform = PLATFORM.matcher(jar.getFileName().toString());
    return !platform.find() || platform.group(1).equals(Loader.getPlatform());
  }

  /** Maven's exec:java has its own class loader, and a class path that is Maven's. */
  private static List<Path> ofThisProgram() {
    if (Thread.currentThread().getContextClassLoader() instanceof URLClassLoader loader) {
      return Arrays.stream(loader.getURLs()).map(ExecutorClassPath::path).toList();
    }
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
        .map(entry -> Path.of(entry).toAbsolutePath())
        .filter(Files::exists)
        .toList();
  }

  private static Path directoryOfSpark() {
    return path(SparkContext.class.getProtectionDomain().getCodeSource().getLocation())
        .getParent();
  }

  private static Path path(URL url) {
    try {
      return Path.of(new URI(url.toString()));
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e); // class loaders have good ones
    }
  }
}
