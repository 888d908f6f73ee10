namespace SparseRefine.Onnx.Export;

/// <summary>A norm's scale as part of the weights before it.</summary>
internal static class Folding
{
    /// <summary>Weights [..., outputs], each times its output's scale.</summary>
    public static float[] Scaled(float[] weights, float[] scale)
    {
        float[] scaled = new float[weights.Length];
        for (int i = 0; i < scaled.Length; i++)
        {
            scaled[i] = weights[i] * scale[i % scale.Length];
        }

        return scaled;
    }
}
