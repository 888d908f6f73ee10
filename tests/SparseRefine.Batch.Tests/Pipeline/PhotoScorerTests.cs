using Microsoft.ML.Data;
using SparseRefine.MLNet;
using Xunit;

namespace SparseRefine.Batch.Tests.Pipeline;

public sealed class PhotoScorerTests(JobModel model) : IClassFixture<JobModel>, IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Score_Cancelled_EndsInTheModel()
    {
        using SegmentationModel opened = SegmentationModel.Load(model.File);
        PhotoScorer scorer = new(opened, RefinementParts.None);
        _folder.WritePhoto("a.png", 16, 16, seed: 1);
        using MLImage image = PhotoReader.Read(_folder["images/a.png"]);
        DecodedPhoto photo = new(new StageClock(new WorkItem("a.png", "a.png")), image);
        scorer.Score(photo, CancellationToken.None).Result.Dispose();
        Assert.IsAssignableFrom<OperationCanceledException>(
            Assert.Throws<PhotoFailedException>(() => scorer.Score(photo, new CancellationToken(canceled: true))).InnerException);
    }
}
