using System.CommandLine;
using SparseRefine.Cli.Options;
using SparseRefine.Onnx;
using Xunit;

namespace SparseRefine.Cli.Tests.Options;

public sealed class TeacherOptionGroupTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("full", true)]
    [InlineData("strong.onnx", false)]
    public void Read_AnyTeacher_SparesMemoryAndSeesThePhotoWhole(string name, bool isDense)
    {
        string teacher = isDense ? name : _folder.Write(name, TinyModels.Brightness());
        TeacherOptionGroup group = new();
        Command command = new("fit");
        group.AddTo(command);
        TeacherModel read = group.Read(command.Parse(["--teacher", teacher]), ["dense.onnx"], new DenseModelOptions { Scale = 0.25 }, _ => { })!;

        Assert.Equal((isDense ? "dense.onnx" : teacher, isDense), (read.Path, read.IsDense));
        Assert.True(read.Model.SparesMemory);
        Assert.Equal(1, read.Model.Scale);
    }
}
