package org.charrnn.graph;

import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.proto.DataType;
import org.tensorflow.types.TBool;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.TString;
import org.tensorflow.types.family.TType;

/**
 * Typed views of operands of unknown static type, such as the results of loops and functions. No
 * values are converted: each method throws {@link IllegalArgumentException} if the operand has
 * another type.
 */
public final class Operands {
  private Operands() {}

  /** Returns an operand as {@code Operand<TBool>}. */
  public static Operand<TBool> bool(Operand<? extends TType> operand) {
    return requireType(DataType.DT_BOOL, operand);
  }

  /** Returns an operand as {@code Operand<TInt32>}. */
  public static Operand<TInt32> int32(Operand<? extends TType> operand) {
    return requireType(DataType.DT_INT32, operand);
  }

  /** Returns an operand as {@code Operand<TInt64>}. */
  public static Operand<TInt64> int64(Operand<? extends TType> operand) {
    return requireType(DataType.DT_INT64, operand);
  }

  /** Returns an operand as {@code Operand<TFloat32>}. */
  public static Operand<TFloat32> float32(Operand<? extends TType> operand) {
    return requireType(DataType.DT_FLOAT, operand);
  }

  /** Returns operands as {@code Operand<TFloat32>}. */
  public static List<Operand<TFloat32>> float32(List<Operand<? extends TType>> operands) {
    return operands.stream().map(Operands::float32).toList();
  }

  /** Returns an operand as {@code Operand<TFloat64>}. */
  public static Operand<TFloat64> float64(Operand<? extends TType> operand) {
    return requireType(DataType.DT_DOUBLE, operand);
  }

  /** Returns an operand as {@code Operand<TString>}. */
  public static Operand<TString> string(Operand<? extends TType> operand) {
    return requireType(DataType.DT_STRING, operand);
  }

  @SuppressWarnings("unchecked") // the type is checked
  private static <T extends TType> Operand<T> requireType(
      DataType type, Operand<? extends TType> operand) {
    DataType actual = operand.asOutput().dataType();
    if (actual != type) {
      throw new IllegalArgumentException("expected an operand of type " + type + ", got " + actual);
    }
    return (Operand<T>) operand;
  }
}
