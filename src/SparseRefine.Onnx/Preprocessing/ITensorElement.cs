namespace SparseRefine.Onnx.Preprocessing;

/// <summary>How a prepared value is stored in a model's input.</summary>
/// <typeparam name="T">The stored type.</typeparam>
internal interface ITensorElement<T>
    where T : unmanaged
{
    static abstract T From(float value);
}
