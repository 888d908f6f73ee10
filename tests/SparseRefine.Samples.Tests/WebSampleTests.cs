using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using SparseRefine.Images;
using Xunit;

namespace SparseRefine.Samples.Tests;

/// <summary>Talks to the running web sample.</summary>
public sealed class WebSampleTests(WebServer server, Crops crops) : IClassFixture<WebServer>, IClassFixture<Crops>
{
    [Fact]
    public async Task Post_Photos_AnswersThePipelinesLabelsToEachClient()
    {
        string[] photos = Directory.GetFiles(crops.PathOf("photos"));
        HttpResponseMessage[] answers = await Task.WhenAll(photos.Concat(photos).Select(p => Post(File.ReadAllBytes(p))));
        for (int i = 0; i < answers.Length; i++)
        {
            Assert.Equal(HttpStatusCode.OK, answers[i].StatusCode);
            Assert.Equal("image/png", answers[i].Content.Headers.ContentType?.MediaType);
            LabelMap labels = IndexPng.Read(await answers[i].Content.ReadAsStreamAsync());
            Assert.Equal(Expected.Labels(photos[i % photos.Length]).Labels, labels.Labels);
        }
    }

    [Fact]
    public async Task Post_TooManyBytes_Is413() =>
        await AssertRefused(await Post(new byte[WebServer.MaxBytes + 1]), HttpStatusCode.RequestEntityTooLarge, "too large");

    [Theory]
    [InlineData(10_000, 20_000)]
    [InlineData(30_000, 30_000)]
    public async Task Post_TooManyPixels_Is413BeforeTheyAreDecoded(int height, int width)
    {
        // A header without pixels behind it: decoding would fail in another way.
        byte[] huge = new byte[54];
        "BM"u8.CopyTo(huge);
        BitConverter.TryWriteBytes(huge.AsSpan(2), huge.Length);
        BitConverter.TryWriteBytes(huge.AsSpan(10), huge.Length);
        BitConverter.TryWriteBytes(huge.AsSpan(14), 40);
        BitConverter.TryWriteBytes(huge.AsSpan(18), width);
        BitConverter.TryWriteBytes(huge.AsSpan(22), height);
        BitConverter.TryWriteBytes(huge.AsSpan(26), (short)1);
        BitConverter.TryWriteBytes(huge.AsSpan(28), (short)24);
        await AssertRefused(await Post(huge), HttpStatusCode.RequestEntityTooLarge, $"to {WebServer.MaxPixels} pixels, got {height}x{width}");
    }

    [Fact]
    public async Task Post_NoPhoto_Is415() =>
        await AssertRefused(await Post("hello"u8.ToArray()), HttpStatusCode.UnsupportedMediaType, "expected a jpg, png");

    [Fact]
    public async Task Post_Empty_Is400() => await AssertRefused(await Post([]), HttpStatusCode.BadRequest, "an empty file");

    [Fact]
    public async Task Post_TruncatedPhoto_Is400() =>
        await AssertRefused(await Post(File.ReadAllBytes(crops.Photo)[..5000]), HttpStatusCode.BadRequest, "truncated");

    [Fact]
    public async Task Post_DamagedPhoto_Is422()
    {
        byte[] damaged = File.ReadAllBytes(crops.Photo);
        damaged.AsSpan(damaged.AsSpan().IndexOf("IDAT"u8) + 4, 40).Fill(7); // the first compressed pixels
        await AssertRefused(await Post(damaged), HttpStatusCode.UnprocessableEntity, "expected a photo");
    }

    [Fact]
    public async Task Post_OtherContentType_Is415() =>
        await AssertRefused(await Post("{}"u8.ToArray(), "application/json"), HttpStatusCode.UnsupportedMediaType, "application/json");

    [Theory]
    [InlineData("/labels", HttpStatusCode.MethodNotAllowed)]
    [InlineData("/nothing", HttpStatusCode.NotFound)]
    public async Task Get_WrongPlace_IsAClientError(string path, HttpStatusCode status) =>
        Assert.Equal(status, (await server.Client.GetAsync(path)).StatusCode);

    [Fact]
    public async Task Get_Health_IsHealthy() => Assert.Equal("Healthy", await server.Client.GetStringAsync("/health"));

    [Fact]
    public async Task Get_Metrics_CountAnswersAndRefusals()
    {
        double answered = await Metric("sparserefine_photos_total", "answered");
        double refused = await Metric("sparserefine_photos_total", "refused");
        await Post(File.ReadAllBytes(crops.Photo));
        await Post([]);
        await Rises("sparserefine_photos_total", "answered", answered);
        await Rises("sparserefine_photos_total", "refused", refused);
        Assert.True(await Metric("sparserefine_pixels_total") >= Crops.Height * Crops.Width);
        Assert.True(await Metric("sparserefine_duration_seconds_count") >= 1);
        Assert.True(await Metric("http_server_request_duration_seconds_count") >= 2);
    }

    [Fact]
    public async Task Post_ClientLeaves_IsCountedAndTheServerGoesOn()
    {
        double before = await Metric("sparserefine_photos_total", "cancelled");

        // The body never ends, so the server that has begun with the request still reads it when the client leaves.
        using CancellationTokenSource leave = new();
        using StalledContent body = new(File.ReadAllBytes(crops.Photo)[..1000]);
        Task<HttpResponseMessage> request = server.Client.PostAsync("/labels", body, leave.Token);
        await Rises("http_server_active_requests", "POST", 0);
        leave.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => request);
        await Rises("sparserefine_photos_total", "cancelled", before);
        Assert.Equal(HttpStatusCode.OK, (await Post(File.ReadAllBytes(crops.Photo))).StatusCode);
        Assert.DoesNotContain(server.Log, line => line.Contains("fail:", StringComparison.Ordinal) || line.Contains("Exception", StringComparison.Ordinal));
    }

    // The server counts after it has answered, and its text is made anew a few times a second only: it is asked until the number is there.
    private async Task Rises(string name, string outcome, double before)
    {
        using CancellationTokenSource late = new(TimeSpan.FromSeconds(30));
        while (await Metric(name, outcome) <= before)
        {
            Assert.False(late.IsCancellationRequested, $"{name}, {outcome}: expected more than {before}");
        }
    }

    private async Task<double> Metric(string name, string outcome = "") => Metric(await server.Client.GetStringAsync("/metrics"), name, outcome);

    /// <summary>The sum of an instrument's series in Prometheus's text.</summary>
    internal static double Metric(string text, string name, string outcome) => text.Split('\n')
        .Where(l => l.StartsWith(name + "{", StringComparison.Ordinal) && l.Contains(outcome, StringComparison.Ordinal))
        .Sum(l => double.Parse(l[(l.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture));

    private async Task<HttpResponseMessage> Post(byte[] body, string type = "image/png")
    {
        using ByteArrayContent content = new(body);
        content.Headers.ContentType = new MediaTypeHeaderValue(type);
        using HttpRequestMessage request = new(HttpMethod.Post, "/labels") { Content = content };

        // A body that is refused by its length need not be sent: without this header the answer and the rest of the body would race.
        request.Headers.ExpectContinue = body.Length > WebServer.MaxBytes;
        return await server.Client.SendAsync(request);
    }

    private static async Task AssertRefused(HttpResponseMessage answer, HttpStatusCode status, string detail)
    {
        Assert.Equal(status, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        JsonElement problem = await answer.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Contains(detail, problem.GetProperty("detail").GetString());
    }
}
