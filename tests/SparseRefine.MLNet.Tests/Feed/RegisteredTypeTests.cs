using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;
using Xunit;

namespace SparseRefine.MLNet.Tests.Feed;

/// <summary>A class's members are filled from registered column types only; sizes are part of a type.</summary>
public class RegisteredTypeTests
{
    [Fact]
    public void CreateEnumerable_ImageSizeThatNobodyRegistered_IsNotSupported()
    {
        // Sizes that no other test has: the registry is the process's.
        var context = new MLContext(1);
        DataViewTypeManager.Register(new ImageDataViewType(), typeof(MLImage));
        using MLImage image = MLImage.CreateFromPixels(2, 3, MLPixelFormat.Bgra32, new byte[24]);
        IDataView photos = context.Data.LoadFromEnumerable(new[] { new Plain { Image = image } });
        IDataView unknown = context.Transforms.ResizeImages("Image", 911, 7).Fit(photos).Transform(photos);
        Assert.Throws<NotImplementedException>(
            () => context.Data.CreateEnumerable<Plain>(unknown, reuseRowObject: false).ToList());

        DataViewTypeManager.Register(new ImageDataViewType(7, 913), typeof(MLImage), new ImageTypeAttribute(7, 913));
        IDataView known = context.Transforms.ResizeImages("Image", 913, 7).Fit(photos).Transform(photos);
        using MLImage resized = context.Data.CreateEnumerable<Plain>(known, reuseRowObject: false).Single().Image;
        Assert.Equal(913, resized.Width);
    }

    private sealed class Plain
    {
        public MLImage Image { get; set; } = null!;
    }
}
