using Microsoft.ML.Data;

namespace SparseRefine.Batch;

/// <summary>A photo on its way to the models. Owns the image.</summary>
internal sealed record DecodedPhoto(StageClock Clock, MLImage Image) : IDisposable
{
    public void Dispose() => Image.Dispose();
}
