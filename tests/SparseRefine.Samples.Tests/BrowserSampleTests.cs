using Microsoft.ML.Data;
using Microsoft.Playwright;
using SparseRefine.Images;
using SparseRefine.MLNet;
using Xunit;

namespace SparseRefine.Samples.Tests;

/// <summary>The page that runs the model in the visitor's browser, served by the web sample.</summary>
public sealed class BrowserSampleTests(BrowserServer server, Crops crops) : IClassFixture<BrowserServer>, IClassFixture<Crops>
{
    [BrowserSampleFact]
    public async Task Page_Photo_HasTheEnginesLabelsAndWorksByMouseAndKeyboard()
    {
        await using VisitedPage visited = await VisitedPage.Open(server.Client.BaseAddress!);
        IPage page = visited.Page;
        Assert.True(await page.EvaluateAsync<bool>("crossOriginIsolated")); // else no threads
        await page.Locator("#file").SetInputFilesAsync(crops.Photo);
        Assert.Equal("", await visited.Answered());
        (string name, LabelMap labels) = await visited.Save();
        Assert.Equal("06_h.png", name);
        ExportedGraph.AssertSame(Expected.Labels(crops.Photo).Labels, labels.Labels);
        Assert.Contains("vessel", await page.Locator("#legend").TextContentAsync());
        Assert.Contains($"{Crops.Width} x {Crops.Height}", await page.Locator("#facts").TextContentAsync());
        Assert.Equal(
            ["Decode", "Dense model", "Selection", "Refinement", "Paint", "Encode", "Together"], await page.Locator("#times th").AllTextContentsAsync());

        // By keyboard: from what scrolls to the divider, and on to the box of the selected pixels.
        await page.Locator("#frame").FocusAsync();
        await page.Keyboard.PressAsync("Tab");
        await page.Keyboard.PressAsync("ArrowRight");
        Assert.Equal("51%", await At(page));
        Assert.Contains("51 percent", await page.Locator("#divider").GetAttributeAsync("aria-valuetext"));
        await page.Keyboard.PressAsync("Tab");
        await page.Keyboard.PressAsync("Tab");
        await page.Keyboard.PressAsync("Space");
        Assert.True(await page.Locator("#selected").IsVisibleAsync());
        await page.Keyboard.PressAsync("Space");

        // By mouse, on the photo itself.
        LocatorBoundingBoxResult box = (await page.Locator("#figure").BoundingBoxAsync())!;
        await page.Mouse.MoveAsync(box.X + (box.Width / 2), box.Y + (box.Height / 4));
        await page.Mouse.DownAsync();
        await page.Mouse.MoveAsync(box.X + (box.Width / 4), box.Y + (box.Height / 4));
        await page.Mouse.UpAsync();
        Assert.Equal("25%", await At(page));

        // Left of the divider the dense answer is painted, right of it the refined one.
        Assert.NotEqual(await Pixels(page, "dense"), await Pixels(page, "refined"));
        int wide = await page.EvaluateAsync<int>("document.documentElement.scrollWidth - document.documentElement.clientWidth");
        Assert.Equal(0, wide);
        Assert.Empty(visited.Errors);
        await page.ScreenshotAsync(new() { Path = Path.Combine(AppContext.BaseDirectory, "browser.png"), FullPage = true }); // to look at
    }

    [BrowserSampleFact]
    public async Task Page_DroppedTextThenPhoto_SaysWhatIsNoPhotoAndGoesOn()
    {
        await using VisitedPage visited = await VisitedPage.Open(server.Client.BaseAddress!);
        await Drop(visited.Page, "notes.txt", "no photo"u8.ToArray());
        Assert.StartsWith("notes.txt: expected a photo that this browser can show", await visited.Answered());
        await Drop(visited.Page, "photo.png", File.ReadAllBytes(crops.Photo));
        Assert.Equal("", await visited.Answered());
        Assert.Empty(visited.Errors);
    }

    [BrowserSampleFact]
    public async Task Page_MemoryEnds_SaysSoAndTakesTheNextPhoto()
    {
        // 59 MB in pages of 64 KB: enough to open the model, too few for 8 megapixels.
        await using VisitedPage visited = await VisitedPage.Open(server.Client.BaseAddress!, "--js-flags=--wasm-max-mem-pages=900");
        await visited.Page.Locator("#file").SetInputFilesAsync(Repository.PathOf("samples", "photos", "06_h.jpg"));
        Assert.StartsWith("The memory that this browser gives a page does not hold this photo.", await visited.Answered());
        await visited.Ready();
        await visited.Page.Locator("#file").SetInputFilesAsync(crops.Photo);
        Assert.Equal("", await visited.Answered());
    }

    [BrowserSampleFact]
    public async Task Page_WebGpu_AnswersAsTheEngine()
    {
        // Chromium's software adapter is what machines without a graphics processor have; the page leaves it to the visitor.
        await using VisitedPage visited = await VisitedPage.Open(
            server.Client.BaseAddress!, "--enable-unsafe-webgpu", "--use-webgpu-adapter=swiftshader", "--enable-unsafe-swiftshader");
        await visited.Page.Locator("#gpu").CheckAsync();
        await visited.Page.GetByText("Ready: GPU.").WaitForAsync();
        string photo = crops.PathOf("small.png");
        using (MLImage crop = PhotoReader.Read(crops.Photo))
        using (MLImage corner = MLImage.CreateFromPixels(24, 16, crop.PixelFormat, crop.Pixels[..(4 * 24 * 16)]))
        {
            corner.Save(photo);
        }

        await visited.Page.Locator("#file").SetInputFilesAsync(photo);
        Assert.Equal("", await visited.Answered());
        Assert.Equal("small.png is done: GPU.", await visited.Page.Locator("#status").TextContentAsync());
        Assert.Equal(Expected.Labels(photo).Labels, (await visited.Save()).Labels.Labels);
    }

    [Fact]
    public async Task Graph_AskedAgain_IsNotSentAgain()
    {
        using HttpResponseMessage first = await server.Client.GetAsync("/browser/model.onnx");
        using HttpRequestMessage again = new(HttpMethod.Get, "/browser/model.onnx");
        again.Headers.IfNoneMatch.Add(first.Headers.ETag!);
        using HttpResponseMessage second = await server.Client.SendAsync(again);
        Assert.Equal(System.Net.HttpStatusCode.NotModified, second.StatusCode);
        Assert.Equal(System.Net.HttpStatusCode.NotFound, (await server.Client.GetAsync("/browser/none.js")).StatusCode);
        Assert.Equal(System.Net.HttpStatusCode.NotFound, (await server.Client.GetAsync("/browser/.npmrc")).StatusCode);
    }

    private static Task<string> At(IPage page) => page.Locator("#figure").EvaluateAsync<string>("e => e.style.getPropertyValue('--at')");

    private static Task<string> Pixels(IPage page, string canvas) => page.Locator("#" + canvas).EvaluateAsync<string>("e => e.toDataURL()");

    private static Task Drop(IPage page, string name, byte[] bytes) => page.EvaluateAsync(
        """
        ([name, text]) => {
            const data = new DataTransfer();
            data.items.add(new File([Uint8Array.from(atob(text), c => c.charCodeAt(0))], name));
            dispatchEvent(new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true }));
        }
        """, new object[] { name, Convert.ToBase64String(bytes) });
}
