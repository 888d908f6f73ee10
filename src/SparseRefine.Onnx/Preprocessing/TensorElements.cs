namespace SparseRefine.Onnx.Preprocessing;

/// <summary>float32.</summary>
internal readonly struct SingleElement : ITensorElement<float>
{
    public static float From(float value) => value;
}

/// <summary>float16, rounded to the nearest.</summary>
internal readonly struct HalfElement : ITensorElement<Half>
{
    public static Half From(float value) => (Half)value;
}

/// <summary>uint8, rounded to the nearest, halves up.</summary>
internal readonly struct ByteElement : ITensorElement<byte>
{
    public static byte From(float value) => (byte)Math.Clamp(value + 0.5f, 0f, 255f);
}
